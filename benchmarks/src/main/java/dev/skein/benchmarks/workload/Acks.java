package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.LatencyRecorder;
import dev.skein.benchmarks.system.TargetClient.AckListener;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts the answers to publishes whose tokens are their intended times, or {@link #UNTIMED}. Thread-safe. */
final class Acks implements AckListener {

    /** Token of a message that is counted but not timed. */
    static final long UNTIMED = Long.MIN_VALUE;

    private final LatencyRecorder latencies = new LatencyRecorder();
    private final LongAdder acked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    private final @Nullable Answered watcher;

    Acks() {
        this.watcher = null;
    }

    /** @param watcher told of each timed acknowledgement; only for low rates */
    Acks(Answered watcher) {
        this.watcher = watcher;
    }

    /** Before they are sent. */
    void sent(int messages) {
        sent.addAndGet(messages);
    }

    @Override
    public void acked(long intendedNanos) {
        acked.increment();
        if (intendedNanos != UNTIMED) {
            long now = System.nanoTime();
            latencies.record(intendedNanos, now);
            if (watcher != null) {
                watcher.answered(intendedNanos, now);
            }
        }
    }

    @Override
    public void failed(long intendedNanos, Throwable cause) {
        firstFailure.compareAndSet(null, cause);
        failed.increment();
    }

    long sentCount() {
        return sent.get();
    }

    /** Acknowledged or failed. */
    long answeredCount() {
        return acked.sum() + failed.sum();
    }

    long inFlight() {
        return sent.get() - answeredCount();
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
