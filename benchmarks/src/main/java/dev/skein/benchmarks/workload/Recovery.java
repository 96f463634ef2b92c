package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.workload.SectionLedger.Span;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * When latency is normal again after an overload: from the first of three slices of time in a row whose sections were all taken, at a p99 near the one before
 * the overload.
 *
 * @param normalMillis p99 before the overload
 */
record Recovery(SectionLedger ledger, double normalMillis) {

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int SLICES = 3;

    /** On a machine that does other things too, p99 of a quarter of a second varies. */
    private static final double FACTOR = 2;

    private static final double MORE_MILLIS = 5;

    /**
     * Seconds from the overload's end, or empty while it is not over.
     *
     * @param from number of the first section after the overload
     * @param endNanos when the overload ended
     * @param nowNanos only slices that have ended count
     */
    OptionalDouble seconds(int from, long endNanos, long nowNanos) {
        int first = from;
        int normal = 0;
        for (int slice = 0; endNanos + (slice + 1) * SLICE_NANOS - nowNanos < 0; slice++) {
            int next = ledger.firstSince(first, endNanos + (slice + 1) * SLICE_NANOS);
            normal = isNormal(ledger.span(first, next)) ? normal + 1 : 0;
            if (normal == SLICES) {
                return OptionalDouble.of((slice + 1 - SLICES) * SLICE_NANOS / 1e9);
            }
            first = next;
        }
        return OptionalDouble.empty();
    }

    private boolean isNormal(Span slice) {
        return slice.isWhole() && slice.percentile(0.99) <= normalMillis * FACTOR + MORE_MILLIS;
    }
}
