package dev.skein.server.access;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate over time. What comes is let in as long as what came before is paid off but for a moment; it may go into debt itself, so
 * that something larger than a second's worth gets through at all, and those after it wait. Thread-safe; users that ask at
 * the same time may each be let in.
 */
final class RateBucket {

    /** How much may come at once after a pause. */
    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final double nanosPerUnit;

    /** When everything let in so far will be paid off. */
    private final AtomicLong paidAtNanos;

    /** @param perSecond at least 1 */
    RateBucket(long perSecond, long nowNanos) {
        nanosPerUnit = (double) TimeUnit.SECONDS.toNanos(1) / perSecond;
        paidAtNanos = new AtomicLong(nowNanos);
    }

    /** How long to wait before more is let in; 0: not at all. */
    long waitNanos(long nowNanos) {
        return Math.max(0, paidAtNanos.get() - nowNanos - BURST_NANOS);
    }

    void charge(long units, long nowNanos) {
        long cost = (long) (units * nanosPerUnit);
        paidAtNanos.updateAndGet(paid -> (paid - nowNanos > 0 ? paid : nowNanos) + cost);
    }
}
