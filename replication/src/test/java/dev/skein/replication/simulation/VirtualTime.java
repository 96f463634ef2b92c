package dev.skein.replication.simulation;

import dev.skein.core.TimeSource;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The clock and everything that is to happen. Time passes only from one event to the next. */
final class VirtualTime implements TimeSource {

    private static final long WALL_START_MILLIS = 1_700_000_000_000L;

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private long nowNanos = 1_000_000_000L;
    private long order;
    private long trace;

    void after(long nanos, Runnable task) {
        events.add(new Event(nowNanos + nanos, order++, task));
    }

    void afterMillis(long millis, Runnable task) {
        after(TimeUnit.MILLISECONDS.toNanos(millis), task);
    }

    /** Stands for everything that has happened, and in which order: two runs with one trace were the same. */
    long trace() {
        return trace;
    }

    /** Runs the next event unless it lies beyond the limit; false when it does. */
    boolean step(long untilNanos) {
        Event next = events.peek();
        if (next == null || next.atNanos() > untilNanos) {
            return false;
        }
        events.remove();
        nowNanos = Math.max(nowNanos, next.atNanos());
        trace = 31 * trace + next.atNanos() + next.order();
        next.task().run();
        return true;
    }

    @Override
    public long wallMillis() {
        return WALL_START_MILLIS + nowNanos / 1_000_000;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    /** A timer on this clock. Nothing cancels what it has scheduled here, so it can't. */
    ScheduledExecutorService timer() {
        return new Timer();
    }

    private record Event(long atNanos, long order, Runnable task) {}

    private final class Timer extends AbstractExecutorService implements ScheduledExecutorService {

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            Due<Object> due = new Due<>(command);
            after(unit.toNanos(delay), due);
            return due;
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long first, long period, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long first, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void execute(Runnable command) {
            after(0, command);
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    private static final class Due<V> extends FutureTask<V> implements ScheduledFuture<V> {

        @SuppressWarnings("NullAway") // the result of a timer's task means nothing
        Due(Runnable task) {
            super(task, null);
        }

        @Override
        protected void setException(Throwable failure) {
            if (failure instanceof RuntimeException plain) {
                throw plain;
            }
            throw new AssertionError(failure);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
