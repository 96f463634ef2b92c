package dev.skein.benchmarks.measure;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Latencies of operations that were intended within a window of time. An operation that was held up before it was even sent counts
 * from its intended time, so that a stalled system can't hide its stalls. Thread-safe; recording takes no lock.
 */
public final class LatencyRecorder {

    private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    private final Recorder recorder = new Recorder(HIGHEST_NANOS, DIGITS);

    /** Operations intended before this don't count. */
    private volatile long fromNanos;

    /** Nor what is intended from this on. At first that is everything. */
    private volatile long untilNanos;

    /** Forgets everything and counts what is intended from now on. */
    public void open(long nowNanos) {
        recorder.reset();
        fromNanos = nowNanos;
        untilNanos = nowNanos + Long.MAX_VALUE / 2;
    }

    /**
     * Forgets everything and counts what ends from now on, whenever it was intended: for saturated systems, in whose queues an operation
     * may wait for longer than is measured.
     */
    public void openForAnswers() {
        open(System.nanoTime() - HIGHEST_NANOS);
    }

    /** Counts nothing that is intended from now on; answers to earlier operations may still come. */
    public void close(long nowNanos) {
        untilNanos = nowNanos;
    }

    /** An operation ended. */
    public void record(long intendedNanos, long nowNanos) {
        if (intendedNanos - fromNanos >= 0 && intendedNanos - untilNanos < 0) {
            recorder.recordValue(Math.min(HIGHEST_NANOS, Math.max(0, nowNanos - intendedNanos)));
        }
    }

    /** What was recorded since the last call. */
    public Latencies take() {
        Histogram taken = recorder.getIntervalHistogram();
        return new Latencies(
                taken.getTotalCount(),
                millis(taken, 50),
                millis(taken, 99),
                millis(taken, 99.9),
                taken.getMaxValue() / 1e6);
    }

    private static double millis(Histogram histogram, double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1e6;
    }
}
