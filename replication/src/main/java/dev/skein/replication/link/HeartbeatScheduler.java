package dev.skein.replication.link;

import com.alipay.sofa.jraft.core.Scheduler;
import java.util.Set;
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

    /** JRaft's delays are an interval less the milliseconds that have passed meanwhile; more than this is another kind of timer. */
    private static final long PASSED_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(25);

    private final ScheduledExecutorService threads;
    private final Set<Long> intervalsNanos;
    private final LongSupplier nanoTime;

    /**
     * @param intervalsNanos of the heartbeats of all groups, a handful; all other delays are kept as they are
     */
    HeartbeatScheduler(ScheduledExecutorService threads, Set<Long> intervalsNanos, LongSupplier nanoTime) {
        this.threads = threads;
        this.intervalsNanos = intervalsNanos;
        this.nanoTime = nanoTime;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return threads.schedule(command, firstNanos(unit.toNanos(delay)), TimeUnit.NANOSECONDS);
    }

    long firstNanos(long delayNanos) {
        for (long interval : intervalsNanos) {
            if (delayNanos <= interval && delayNanos > interval - PASSED_NANOS_MAX) {
                return untilNextNanos(interval, nanoTime.getAsLong());
            }
        }
        return delayNanos;
    }

    /** The time until the next multiple of an interval. */
    static long untilNextNanos(long intervalNanos, long nowNanos) {
        return intervalNanos - Math.floorMod(nowNanos, intervalNanos);
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
