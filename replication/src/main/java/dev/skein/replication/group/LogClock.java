package dev.skein.replication.group;

import dev.skein.core.TimeSource;

/**
 * The clock that stamps a shard's entries. It follows the machine's wall clock as long as that behaves; a jump is smoothed, so that
 * one bad clock adjustment on a leader doesn't age every message, dedup window and lease of the shard at once.
 *
 * <p>Between two stamps log time advances by the monotonic time that passed, corrected towards the wall clock by at most a
 * quarter of it. Never goes back. Owned by its shard's proposer lock.
 */
final class LogClock {

    /** Differences up to this are taken over at once: they are ordinary drift and scheduling. */
    static final long TOLERANCE_MILLIS = 200;

    /** How far a new leader's wall clock may be ahead of what the log time should be by now. */
    static final long AHEAD_MILLIS_MAX = 60_000;

    private final TimeSource time;
    private long seenMillis;
    private long seenNanos;
    private boolean watched;
    private long lastMillis;
    private long lastNanos;

    LogClock(TimeSource time) {
        this.time = time;
    }

    /**
     * Starts a leadership: the first stamp is the wall clock, or what the log has reached if that is later. A wall clock that is far
     * ahead of the log time this replica has watched is a wrong clock, and isn't believed.
     */
    void start(long logTimeMillis) {
        lastNanos = time.nanoTime();
        long believable =
                watched ? seenMillis + (lastNanos - seenNanos) / 1_000_000 + AHEAD_MILLIS_MAX : Long.MAX_VALUE;
        lastMillis = Math.max(logTimeMillis, Math.min(time.wallMillis(), believable));
    }

    /** Log time has reached this, here and now. */
    void seen(long logTimeMillis) {
        seenMillis = logTimeMillis;
        seenNanos = time.nanoTime();
        watched = true;
    }

    /** The next stamp, in milliseconds since 1970. */
    long stamp() {
        long nanos = time.nanoTime();
        long elapsed = Math.max(0, (nanos - lastNanos) / 1_000_000);
        if (elapsed > 0) {
            lastNanos += elapsed * 1_000_000;
        }
        long expected = lastMillis + elapsed;
        long error = time.wallMillis() - expected;
        long correction = Math.abs(error) <= TOLERANCE_MILLIS ? error : clamp(error, elapsed / 4);
        lastMillis = Math.max(lastMillis, expected + correction);
        return lastMillis;
    }

    private static long clamp(long value, long limit) {
        return Math.max(-limit, Math.min(limit, value));
    }
}
