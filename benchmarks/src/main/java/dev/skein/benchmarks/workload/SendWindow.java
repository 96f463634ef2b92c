package dev.skein.benchmarks.workload;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many messages may be unanswered while a system is saturated: about as many as it answers in a quarter of a second, within bounds. A fixed
 * number would starve a fast system or make a slow one's publishes time out. Owned by the sending thread.
 */
final class SendWindow {

    private static final double QUEUE_SECONDS = 0.25;
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Answers come in bursts; one turn without any says little. */
    private static final double SMOOTHING = 0.3;

    private final int smallest;
    private final int largest;
    private int size;
    private double ratePerSecond;
    private long turnStartNanos;
    private long ackedAtTurnStart;

    /**
     * @param smallest never less than this, and the start
     * @param largest never more than this
     */
    SendWindow(int smallest, int largest, long nowNanos) {
        this.smallest = Math.min(smallest, largest);
        this.largest = largest;
        this.size = this.smallest;
        this.turnStartNanos = nowNanos;
    }

    /** The window now. */
    int size(long nowNanos, LongSupplier ackedCount) {
        long passed = nowNanos - turnStartNanos;
        if (passed >= TURN_NANOS) {
            long acked = ackedCount.getAsLong();
            double rate = (acked - ackedAtTurnStart) * 1e9 / passed;
            ratePerSecond += SMOOTHING * (rate - ratePerSecond);
            turnStartNanos = nowNanos;
            ackedAtTurnStart = acked;
            double wanted = Math.min(size * 2.0, ratePerSecond * QUEUE_SECONDS);
            size = (int) Math.min(largest, Math.max(smallest, wanted));
        }
        return size;
    }
}
