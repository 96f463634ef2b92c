package dev.skein.client.internal.core;

import dev.skein.client.Reason;
import dev.skein.client.RetryAdvice;
import dev.skein.client.SkeinException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends what has waited too long. One timer serves all publishes; it is moved only for one that ends before all that came earlier. */
final class PublishDeadlines {

    /** A look at everything costs something, so brief timeouts may be noticed this much late. */
    private static final Duration SWEEP_MIN = Duration.ofMillis(10);

    private final Timers timers;
    private final LaneTable table;
    private final PublishOutcomes outcomes;
    private Timers.@Nullable Timer sweep;

    PublishDeadlines(Timers timers, LaneTable table, PublishOutcomes outcomes) {
        this.timers = timers;
        this.table = table;
        this.outcomes = outcomes;
    }

    void watch(PendingPublish publish) {
        sweepBy(publish.deadlineNanos);
    }

    private void sweepBy(long deadlineNanos) {
        if (sweep != null && deadlineNanos >= sweep.dueNanos()) {
            return;
        }
        long due = Math.max(timers.nanoTime() + SWEEP_MIN.toNanos(), deadlineNanos);
        if (sweep == null || due < sweep.dueNanos()) {
            if (sweep != null) {
                sweep.cancel();
            }
            sweep = timers.at(due, this::sweep);
        }
    }

    private void sweep() {
        sweep = null;
        long now = timers.nanoTime();
        table.removeHomelessIf(publish -> expireUnsent(publish, now));
        for (PublishLane lane : table.lanes()) {
            lane.removeWaitingIf(publish -> expireUnsent(publish, now));
            lane.numbered().forEach(publish -> expireSent(publish, now));
        }
    }

    private boolean expireUnsent(PendingPublish publish, long now) {
        if (publish.deadlineNanos > now) {
            sweepBy(publish.deadlineNanos);
            return false;
        }
        outcomes.end(publish, neverSent());
        return true;
    }

    /** It stays in its lane: those behind it can be taken only after it. */
    private void expireSent(PendingPublish publish, long now) {
        if (publish.settled || publish.failed) {
            return;
        }
        if (publish.deadlineNanos > now) {
            sweepBy(publish.deadlineNanos);
        } else {
            outcomes.fail(publish, noAnswer());
        }
    }

    private static SkeinException neverSent() {
        return new SkeinException(
                Reason.DEADLINE, "the timeout passed before the publish could be sent", RetryAdvice.SAFE, Map.of());
    }

    private static SkeinException noAnswer() {
        return PublishDesk.uncertain(
                Reason.OUTCOME_UNKNOWN, "no answer within the timeout; the publish may still take effect");
    }
}
