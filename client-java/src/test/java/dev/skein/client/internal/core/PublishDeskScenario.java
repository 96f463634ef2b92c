package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.client.OutgoingMessage;
import dev.skein.client.PublishOptions;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.SessionLimits;
import dev.skein.wire.Errors;
import dev.skein.wire.ReceiptRuns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/** A desk on a virtual clock and the server it talks to, played by the test. */
abstract class PublishDeskScenario {

    static final Duration TIMEOUT = Duration.ofSeconds(30);
    static final PublishOptions TIMEOUT_BRIEF = PublishOptions.defaults().withTimeout(Duration.ofSeconds(1));

    final VirtualClock clock = new VirtualClock();
    final Counters counters = new Counters();
    final List<String> described = new ArrayList<>();
    final ScriptedLink link = new ScriptedLink("a:1", null);
    int callbackTasks;
    final PublishDesk desk = new PublishDesk(clock.timers, new Random(5), this::callback, counters, described::add);

    void start() {
        desk.namespaceDescribed("default", 1);
        attach();
    }

    void attach() {
        attach(SessionLimits.getDefaultInstance());
    }

    void attach(SessionLimits limits) {
        desk.attached(link::send, limits);
        endTurn();
    }

    /** Sends what came in the same turn. */
    void endTurn() {
        clock.advance(Duration.ZERO);
    }

    /** One publish for each number, with that many messages, each in a section of its own. */
    List<PublishResult.Several> publish(int... sizes) {
        List<PublishResult.Several> results = new ArrayList<>();
        for (int size : sizes) {
            results.add(publish("room", "m" + results.size(), size, PublishOptions.defaults()));
            clock.advance(Duration.ofNanos(PublishLane.GATHER_NANOS_MAX));
        }
        return results;
    }

    /** One publish for each number, with that many messages, all in one turn. */
    List<PublishResult.Several> publishTogether(int... sizes) {
        List<PublishResult.Several> results = new ArrayList<>();
        for (int size : sizes) {
            results.add(publish("room", "m" + results.size(), size, PublishOptions.defaults()));
        }
        endTurn();
        return results;
    }

    /** Waits for the end of the turn. */
    PublishResult.Several publish(String channel, String text, int size, PublishOptions options) {
        List<OutgoingMessage> messages = IntStream.range(0, size)
                .mapToObj(i -> OutgoingMessage.of(text + i))
                .toList();
        PublishResult.Several result = new PublishResult.Several(size);
        counters.messagesUnanswered.addAndGet(size);
        desk.publish(new PendingPublish(
                Channel.parse(channel),
                EncodedMessages.of(messages),
                options,
                clock.nanoTime() + options.timeout().orElse(TIMEOUT).toNanos(),
                result));
        return result;
    }

    void accept(Publish publish, boolean duplicate) {
        ReceiptRuns runs = new ReceiptRuns(1);
        for (int i = 0; i < bodies(publish).size(); i++) {
            long serial = publish.getSection().getFirstSequence() + i;
            runs.add(serial, serial, 5, duplicate);
        }
        answer(publish, runs);
    }

    void answer(Publish publish, ReceiptRuns runs) {
        desk.answered(Receipts.newBuilder()
                .setRequestId(publish.getRequestId())
                .addAllRuns(runs.build())
                .build());
        endTurn();
    }

    void refuse(Publish publish, dev.skein.proto.error.v1.Reason reason, Map<String, String> metadata) {
        desk.answered(Receipts.newBuilder()
                .setRequestId(publish.getRequestId())
                .setError(Errors.of(reason, "refused", metadata))
                .build());
        endTurn();
    }

    static List<Long> sequences(List<Publish> publishes) {
        return publishes.stream()
                .map(publish -> publish.getSection().getFirstSequence())
                .toList();
    }

    static List<MessageBody> bodies(Publish publish) {
        return publish.getSection().getChannelsList().stream()
                .flatMap(part -> part.getMessagesList().stream())
                .toList();
    }

    static List<String> texts(List<Publish> publishes) {
        return publishes.stream().flatMap(publish -> texts(publish).stream()).toList();
    }

    static List<String> texts(Publish publish) {
        return bodies(publish).stream()
                .map(body -> body.getPayload().toStringUtf8())
                .toList();
    }

    void callback(Runnable task) {
        callbackTasks++;
        task.run();
    }

    static List<Long> serials(PublishResult.Several result) {
        return result.join().stream().map(Receipt::serial).toList();
    }

    static Publish onlyOne(List<Publish> publishes) {
        assertEquals(1, publishes.size());
        return publishes.get(0);
    }

    static Publish last(List<Publish> publishes) {
        return publishes.get(publishes.size() - 1);
    }

    static SkeinException failure(CompletableFuture<?> result) {
        return (SkeinException)
                assertThrows(ExecutionException.class, result::get).getCause();
    }
}
