package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skein.client.Gap;
import dev.skein.client.GapCause;
import dev.skein.client.Message;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.Position;
import dev.skein.client.PublishOptions;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.SubscriptionEvent;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Welcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Frames of a node that says anything: the session goes on, and what it hands on is in order. */
final class ServerFrameFuzzTest {

    private static final long ANY = -1;

    private VirtualClock clock;
    private Counters counters;
    private SessionMachine session;
    private long lastSerial;

    /** The bytes are frames, each with its length before it. */
    @FuzzTest(maxDuration = "1m")
    void frames(byte[] bytes) {
        begin();
        SubscriptionState state = new SubscriptionState(
                Channel.parse("room"), SubscribeOptions.fromSerial(1), counters, this::started, this::events);
        session.namespaceDescribed("default", 1);
        session.attached(new ScriptedLink("a:1", null), Welcome.getDefaultInstance(), session::detached);
        session.subscribe(state);
        publish();
        clock.advance(Duration.ofMillis(10));
        feed(new ByteArrayInputStream(bytes));
        session.unsubscribe(state);
        session.detached();
    }

    /** One test object gets many inputs, and each must do the same when it comes alone. */
    private void begin() {
        clock = new VirtualClock();
        counters = new Counters();
        session = new SessionMachine(clock.timers, new Random(5), Runnable::run, counters, namespace -> {});
        lastSerial = ANY;
    }

    private void publish() {
        counters.messagesUnanswered.incrementAndGet();
        session.publish(new PendingPublish(
                Channel.parse("room"),
                EncodedMessages.of(List.of(OutgoingMessage.of("text"))),
                PublishOptions.defaults(),
                clock.nanoTime() + Duration.ofSeconds(5).toNanos(),
                new PublishResult.Several(1)));
    }

    private void feed(InputStream frames) {
        try {
            ServerFrame frame = ServerFrame.parseDelimitedFrom(frames);
            while (frame != null) {
                session.onFrame(frame);
                clock.advance(Duration.ofMillis(400));
                frame = ServerFrame.parseDelimitedFrom(frames);
            }
        } catch (IOException refused) {
            return;
        }
    }

    private void started(Position from) {
        lastSerial = from.serial();
    }

    private void events(List<SubscriptionEvent> events) {
        for (SubscriptionEvent event : events) {
            if (event instanceof Gap gap) {
                lastSerial = gap.cause() == GapCause.NEW_EPOCH ? ANY : gap.lastSerial();
            } else if (event instanceof Message message && lastSerial == ANY) {
                lastSerial = message.serial();
            } else if (event instanceof Message message) {
                lastSerial += message.ephemeral() ? 0 : 1;
                assertEquals(lastSerial, message.serial());
            }
        }
    }
}
