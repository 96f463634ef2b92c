package dev.skein.core.testing;

import dev.skein.core.TimeSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** The clock and everything that is to happen. Time passes only from one event to the next. */
public final class VirtualTime implements TimeSource {

    private static final long WALL_START_MILLIS = 1_700_000_000_000L;

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private long nowNanos = 1_000_000_000L;
    private long order;
    private long trace;

    /** Later, in the order of the moments; at one moment in the order of the calls. */
    public void after(long nanos, Runnable task) {
        events.add(new Event(nowNanos + nanos, order++, task));
    }

    public void afterMillis(long millis, Runnable task) {
        after(millis * 1_000_000, task);
    }

    /** Stands for everything that has happened, and in which order: two runs with one trace were the same. */
    public long trace() {
        return trace;
    }

    /** Runs the next event unless it lies beyond the limit; false when it does. */
    public boolean step(long untilNanos) {
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

    private record Event(long atNanos, long order, Runnable task) {}
}
