package dev.skein.replication.link;

import com.alipay.sofa.jraft.core.Scheduler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Schedules JRaft's heartbeats so that those of all groups leave at the same moments, the multiples of their interval: they then
 * share messages, packets and wake-ups at both ends, and an idle node sends as many messages with a hundred groups as with one. JRaft
 * counts an interval from the answer to the last heartbeat, which would scatter them, and add a round trip to each interval.
 */
final class HeartbeatScheduler implements Scheduler {

    /** JRaft's delays are an interval less the milliseconds that have passed; this brings them back to one interval for all. */
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    /** Heartbeats and retries are below this; what is longer, the patience with a slow new member, is kept exactly. */
    private static final long ALIGNED_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private final ScheduledExecutorService threads;
    private final LongSupplier nanoTime;

    HeartbeatScheduler(ScheduledExecutorService threads, LongSupplier nanoTime) {
        this.threads = threads;
        this.nanoTime = nanoTime;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return threads.schedule(command, alignedNanos(unit.toNanos(delay), nanoTime.getAsLong()), TimeUnit.NANOSECONDS);
    }

    /** The time until the next multiple of the interval that a delay stands for. */
    static long alignedNanos(long delayNanos, long nowNanos) {
        if (delayNanos <= 0 || delayNanos > ALIGNED_NANOS_MAX) {
            return delayNanos;
        }
        long interval = (delayNanos + GRAIN_NANOS - 1) / GRAIN_NANOS * GRAIN_NANOS;
        return interval - Math.floorMod(nowNanos, interval);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return threads.scheduleAtFixedRate(command, initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return threads.scheduleWithFixedDelay(command, initialDelay, delay, unit);
    }

    /** The threads belong to all groups. */
    @Override
    public void shutdown() {}
}
