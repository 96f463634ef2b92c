package dev.skein.replication.link;

import dev.skein.core.NodeId;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * When a replica asks for votes.
 *
 * <p>JRaft draws the random part itself, but takes its range also as the pause after which a thread of each group looks for reads that
 * were overlooked: with a short range an idle node is busy looking. So JRaft draws from {@link #DRAWN_SPREAD_MILLIS}, and what it draws
 * is brought to the real range here.
 *
 * @param timeoutMillis silence after which the leader counts as lost
 * @param spreadMillis random addition of up to this much
 * @param patienceMillis others ask for votes first, for this long
 * @param soleHeirOf leaders after whose loss nobody else asks at first
 */
public record ElectionTiming(int timeoutMillis, int spreadMillis, int patienceMillis, Set<NodeId> soleHeirOf) {

    /** What JRaft is to take for the spread. */
    public static final int DRAWN_SPREAD_MILLIS = 3_000;

    /** The part of the spread, one in this many, that is waited in any case. */
    private static final int LEAST_PART = 4;

    /** The part of the random rest that who has no rival still waits, so that a node's groups don't all stand in one moment. */
    private static final int ALONE_PART = 8;

    /** The wait between two requests for votes that JRaft means by a delay, in nanoseconds. */
    long voteNanos(long delayNanos) {
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        long drawnNanos = Math.max(0, delayNanos - timeoutNanos);
        return delayNanos - drawnNanos + drawnNanos * spreadMillis / DRAWN_SPREAD_MILLIS;
    }

    /**
     * The silence before the first request for votes that JRaft means by a delay, in nanoseconds. Never less than the timeout and a
     * part of the spread: a voter farther from the leader heard it a little later, and refuses who asks while it still counts the
     * leader as alive, which costs another timeout.
     *
     * @param alone nobody else stands at first, so that there is no need to leave it to chance who does
     */
    long electionNanos(long delayNanos, boolean alone) {
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        long randomNanos = voteNanos(delayNanos) - timeoutNanos;
        long leastNanos = TimeUnit.MILLISECONDS.toNanos(spreadMillis) / LEAST_PART;
        long restNanos = randomNanos * (LEAST_PART - 1) / LEAST_PART;
        return timeoutNanos
                + leastNanos
                + (alone ? restNanos / ALONE_PART : restNanos)
                + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    }
}
