package dev.skein.replication.simulation;

import dev.skein.core.testing.VirtualTime;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A timer on the virtual clock. Nothing cancels what it has scheduled here, so it can't. */
final class VirtualTimer extends AbstractExecutorService implements ScheduledExecutorService {

    private final VirtualTime time;

    VirtualTimer(VirtualTime time) {
        this.time = time;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        Due<Object> due = new Due<>(command);
        time.after(unit.toNanos(delay), due);
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
        time.after(0, command);
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
