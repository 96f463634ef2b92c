package dev.skein.benchmarks.measure;

/**
 * Percentiles of some latencies, in milliseconds.
 *
 * @param count of samples; the rest is 0 without any
 */
public record Latencies(long count, double p50Ms, double p99Ms, double p999Ms, double maxMs) {

    /** Whether anything was measured. */
    public boolean isEmpty() {
        return count == 0;
    }
}
