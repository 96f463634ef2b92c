package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.LatencyRecorder;
import dev.skein.benchmarks.target.TargetClient.AckListener;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts the answers to publishes whose tokens are their intended times. Thread-safe. */
final class Acks implements AckListener {

    private final LatencyRecorder latencies = new LatencyRecorder();
    private final LongAdder acked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    void sent() {
        inFlight.incrementAndGet();
    }

    @Override
    public void acked(long intendedNanos) {
        latencies.record(intendedNanos, System.nanoTime());
        acked.increment();
        inFlight.decrementAndGet();
    }

    @Override
    public void failed(long intendedNanos, Throwable cause) {
        firstFailure.compareAndSet(null, cause);
        failed.increment();
        inFlight.decrementAndGet();
    }

    int inFlight() {
        return inFlight.get();
    }

    long ackedCount() {
        return acked.sum();
    }

    long failedCount() {
        return failed.sum();
    }

    LatencyRecorder latencies() {
        return latencies;
    }

    /** Why publishes failed, if any did. */
    String note() {
        Throwable first = firstFailure.get();
        return first == null ? "" : "first failure: " + first.getMessage();
    }
}
