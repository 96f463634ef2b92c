package dev.skein.client.internal.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;

/** Things to do later, on a clock that is passed in. One thread owns it and calls {@link #runDue}. */
public final class Timers {

    private final LongSupplier nanos;
    private final PriorityQueue<Timer> queue =
            new PriorityQueue<>(Comparator.<Timer>comparingLong(t -> t.dueNanos).thenComparingLong(t -> t.order));
    private long order;

    public Timers(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The clock. */
    public long nanoTime() {
        return nanos.getAsLong();
    }

    /** Runs the action once, after the delay. */
    public Timer in(Duration delay, Runnable action) {
        return at(nanoTime() + delay.toNanos(), action);
    }

    /** Runs the action once, when the clock has come this far. */
    public Timer at(long dueNanos, Runnable action) {
        Timer timer = new Timer(dueNanos, order++, action);
        queue.add(timer);
        return timer;
    }

    /** Runs everything that is due. */
    public void runDue() {
        for (Timer next = queue.peek(); next != null && next.dueNanos <= nanoTime(); next = queue.peek()) {
            queue.poll();
            next.action.run();
        }
    }

    /** When {@link #runDue} should be called next. */
    public OptionalLong nextNanos() {
        Timer next = queue.peek();
        return next == null ? OptionalLong.empty() : OptionalLong.of(next.dueNanos);
    }

    /** How many wait. */
    int size() {
        return queue.size();
    }

    /** One thing to do later. */
    public final class Timer {

        private final long dueNanos;
        private final long order;
        private final Runnable action;

        private Timer(long dueNanos, long order, Runnable action) {
            this.dueNanos = dueNanos;
            this.order = order;
            this.action = action;
        }

        /** Forgets it. */
        public void cancel() {
            queue.remove(this);
        }

        long dueNanos() {
            return dueNanos;
        }
    }
}
