package dev.skein.client.internal.core;

import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.ReceiptRun;
import java.util.List;
import java.util.concurrent.Executor;

/** Tells the application what became of its publishes, and counts it. */
final class PublishOutcomes {

    private final Executor callbacks;
    private final Counters counters;

    PublishOutcomes(Executor callbacks, Counters counters) {
        this.callbacks = callbacks;
        this.counters = counters;
    }

    /** All of a section at once: one task, however many publishes. */
    void taken(Attempt attempt, List<ReceiptRun> runs) {
        int acknowledged = 0;
        int messages = 0;
        long bytes = 0;
        for (int i = 0; i < attempt.publishes.size(); i++) {
            PendingPublish publish = attempt.publishes.get(i);
            if (!publish.settled) {
                messages += publish.size();
                bytes += publish.bytes();
                acknowledged += publish.failed ? 0 : 1;
            }
        }
        counters.publishesAcknowledged.add(acknowledged);
        counters.messagesUnanswered.addAndGet(-messages);
        counters.bytesUnanswered.addAndGet(-bytes);
        if (acknowledged > 0) {
            callbacks.execute(() -> succeed(attempt.publishes, new ReceiptCursor(runs)));
        }
    }

    /** Tells of a failure; the publish may still have to keep its place. */
    void fail(PendingPublish publish, SkeinException cause) {
        if (!publish.failed) {
            publish.failed = true;
            counters.publishesFailed.increment();
            callbacks.execute(() -> publish.result.fail(cause));
        }
    }

    /** Tells of a failure, the last word on the publish. */
    void end(PendingPublish publish, SkeinException cause) {
        fail(publish, cause);
        counters.messagesUnanswered.addAndGet(-publish.size());
        counters.bytesUnanswered.addAndGet(-publish.bytes());
    }

    /** On the callback executor. What was settled before this answer has failed before it. */
    private static void succeed(List<PendingPublish> publishes, ReceiptCursor receipts) {
        for (int i = 0; i < publishes.size(); i++) {
            PendingPublish publish = publishes.get(i);
            if (publish.failed) {
                receipts.skip(publish.size());
            } else {
                publish.result.succeed(receipts);
            }
        }
    }
}
