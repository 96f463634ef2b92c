package dev.skein.systemtests.traffic;

import dev.skein.client.OutgoingMessage;
import dev.skein.client.PublishOptions;
import dev.skein.client.Reason;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import dev.skein.systemtests.history.Client;
import dev.skein.systemtests.history.Condition;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Identity;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.history.Read;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Publishes through one client and writes down what becomes of it. One thread publishes; answers come on any. */
public final class RecordingPublisher implements AutoCloseable {

    /** Unanswered messages. Reached: {@link #publish} waits, so that a long outage slows the chat down and loses nothing. */
    private static final int UNANSWERED_MAX = 12_000;

    private final SkeinClient client;
    private final History history;
    private final Tally tally;
    private final int number;
    private final Semaphore room = new Semaphore(UNANSWERED_MAX);

    public RecordingPublisher(SkeinClient client, Client who, History history, Tally tally) {
        this.client = client;
        this.history = history;
        this.tally = tally;
        this.number = history.addClient(who);
        Attachments.record(client, number, history);
    }

    /** Publishes; answers the message's id. */
    public int publish(String channel, String sender, String text) throws InterruptedException {
        room.acquire();
        return send(channel, sender, text);
    }

    /** Publishes unless too much is unanswered. */
    public void offer(String channel, String sender, String text) {
        if (room.tryAcquire()) {
            send(channel, sender, text);
        }
    }

    private int send(String channel, String sender, String text) {
        int id = history.invoked(number, history.channel(channel), System.nanoTime());
        OutgoingMessage message = message(id, sender, text);
        client.publish(channel, message).whenComplete((receipt, failure) -> {
            answered(id, receipt, failure);
            room.release();
        });
        return id;
    }

    private OutgoingMessage message(int id, String sender, String text) {
        byte[] payload = Identity.payload(id, sender, text);
        history.payload(id, Identity.crc(ByteBuffer.wrap(payload)));
        tally.published.increment();
        return OutgoingMessage.of(payload);
    }

    /** Publishes if the channel's last serial is the expected one; completes with the last serial as the answer tells it. */
    public CompletableFuture<Long> publishIf(String channel, long expected, String text) {
        int id = history.invoked(number, history.channel(channel), System.nanoTime());
        OutgoingMessage message = message(id, "race", text);
        return client.publish(channel, message, PublishOptions.ifLastSerialIs(expected))
                .handle((receipt, failure) -> {
                    answered(id, receipt, failure);
                    long reported = reported(failure);
                    history.condition(new Condition(id, expected, reported));
                    return receipt != null ? receipt.serial() : reported >= 0 ? reported : expected;
                });
    }

    private static long reported(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof SkeinException known && known.reason() == Reason.CONDITION_FAILED) {
            return Long.parseLong(known.metadata().getOrDefault("last_serial", "-1"));
        }
        return -1;
    }

    /** Asks where the channel ends and writes the answer down; a question without an answer proves nothing. */
    public CompletableFuture<?> askEnd(String channel) {
        long invoked = System.nanoTime();
        return client.describeChannel(channel).handle((extent, failure) -> {
            if (extent != null) {
                history.read(
                        new Read(number, history.channel(channel), invoked, System.nanoTime(), extent.lastSerial()));
            }
            return extent;
        });
    }

    private void answered(int id, @Nullable Receipt receipt, @Nullable Throwable failure) {
        long now = System.nanoTime();
        if (receipt != null) {
            history.acknowledged(id, receipt, now);
            tally.acknowledged.increment();
            if (receipt.duplicate()) {
                tally.duplicates.increment();
            }
            return;
        }
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        boolean open = !(cause instanceof SkeinException known) || known.outcomeUnknown();
        history.ended(id, open ? Outcome.UNKNOWN : Outcome.FAILED, now);
        (open ? tally.unknown : tally.failed).increment();
        if (cause != null) {
            tally.failure(cause);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
