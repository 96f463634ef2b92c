package dev.skein.server.publish;

import dev.skein.core.NodeId;
import dev.skein.replication.PublishOutcome;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A publish in a lane, from acceptance to its answer. Owned by the lane's loop. */
final class PendingPublish {

    final CheckedPublish publish;
    final long acceptedNanos;
    final long deadlineNanos;
    private final Consumer<PublishOutcome> reply;

    /** Grows with each send and each recall; an answer to an older attempt is told by it. */
    private int attempt;

    /** Where the present attempt went; null while waiting to be sent. */
    private @Nullable NodeId sentTo;

    private long sentNanos;

    /** Some attempt ended, or was given up, without word that nothing was proposed. */
    private boolean maybeProposed;

    private boolean answered;

    PendingPublish(CheckedPublish publish, long nowNanos, Consumer<PublishOutcome> reply) {
        this.publish = publish;
        this.acceptedNanos = nowNanos;
        this.deadlineNanos = nowNanos + publish.timeoutMillis() * 1_000_000;
        this.reply = reply;
    }

    int sendTo(NodeId target, long nowNanos) {
        sentTo = target;
        sentNanos = nowNanos;
        return ++attempt;
    }

    /** Back to waiting. */
    void recall(boolean mayBeProposed) {
        attempt++;
        sentTo = null;
        maybeProposed |= mayBeProposed;
    }

    boolean isPresent(int ofAttempt) {
        return sentTo != null && attempt == ofAttempt;
    }

    boolean waits() {
        return sentTo == null && !answered;
    }

    boolean sentElsewhereThan(NodeId target) {
        return sentTo != null && !sentTo.equals(target);
    }

    boolean silentSince(long nanos) {
        return sentTo != null && sentNanos - nanos <= 0;
    }

    boolean mayTakeEffect() {
        return maybeProposed || sentTo != null;
    }

    boolean answered() {
        return answered;
    }

    void answer(PublishOutcome outcome) {
        answered = true;
        reply.accept(outcome);
    }
}
