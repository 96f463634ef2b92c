package dev.skein.benchmarks.workload;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When each message of a load with a fixed rate was acknowledged, and delivered in one place. Messages are told apart by their intended times,
 * which are one interval apart. Thread-safe; the figures are asked for when all have arrived.
 */
final class Journeys implements Answered {

    private static final double NANOS_PER_MILLI = 1e6;

    private final long startNanos;
    private final long intervalNanos;
    private final AtomicLongArray acked;
    private final AtomicLongArray delivered;

    /**
     * @param startNanos nothing that was intended before counts
     * @param messages that count, at most
     */
    Journeys(long startNanos, long intervalNanos, int messages) {
        this.startNanos = startNanos;
        this.intervalNanos = intervalNanos;
        this.acked = new AtomicLongArray(messages);
        this.delivered = new AtomicLongArray(messages);
    }

    @Override
    public void answered(long intendedNanos, long nowNanos) {
        set(acked, intendedNanos, nowNanos);
    }

    void delivered(long intendedNanos, long nowNanos) {
        set(delivered, intendedNanos, nowNanos);
    }

    private void set(AtomicLongArray times, long intendedNanos, long nowNanos) {
        long index = (intendedNanos - startNanos) / intervalNanos;
        if (intendedNanos - startNanos >= 0 && index < times.length()) {
            times.set((int) index, nowNanos - startNanos);
        }
    }

    /**
     * From acknowledgement to delivery, less the way's delay, in milliseconds, ascending; below 0 where the message arrived before the answer to
     * its publisher would have. Empty when nothing arrived.
     */
    double[] deliveryBeyond(long oneWayNanos) {
        double[] found = new double[acked.length()];
        int count = 0;
        for (int i = 0; i < acked.length(); i++) {
            if (acked.get(i) != 0 && delivered.get(i) != 0) {
                found[count++] = (delivered.get(i) - acked.get(i) - oneWayNanos) / NANOS_PER_MILLI;
            }
        }
        double[] sorted = Arrays.copyOf(found, count);
        Arrays.sort(sorted);
        return sorted;
    }

    /** A percentile by nearest rank. Not a number of nothing. */
    static double percentile(double[] sorted, double part) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(part * sorted.length);
        return sorted[Math.max(1, rank) - 1];
    }
}
