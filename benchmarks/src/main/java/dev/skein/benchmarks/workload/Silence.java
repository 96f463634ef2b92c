package dev.skein.benchmarks.workload;

/** The longest time between two answers. Thread-safe. */
final class Silence implements Answered {

    private long lastNanos;
    private long longestNanos;

    /** Intended time of the newest message that was answered. */
    private long newestIntended;

    /** Starts anew. */
    synchronized void reset(long nowNanos) {
        lastNanos = nowNanos;
        longestNanos = 0;
        newestIntended = nowNanos;
    }

    @Override
    public synchronized void answered(long intendedNanos, long nowNanos) {
        longestNanos = Math.max(longestNanos, nowNanos - lastNanos);
        lastNanos = Math.max(lastNanos, nowNanos);
        newestIntended = Math.max(newestIntended, intendedNanos);
    }

    /** The longest silence, the present one included. */
    synchronized long longestNanos(long nowNanos) {
        return Math.max(longestNanos, nowNanos - lastNanos);
    }

    /** Whether a message that was meant to be sent after that moment has been answered. */
    synchronized boolean isOver(long sinceNanos) {
        return newestIntended - sinceNanos > 0;
    }
}
