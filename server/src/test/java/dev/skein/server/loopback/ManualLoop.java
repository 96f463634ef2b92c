package dev.skein.server.loopback;

import dev.skein.core.TimeSource;
import dev.skein.server.loop.Loop;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A loop and a clock that the test turns by hand. */
public final class ManualLoop implements Loop, TimeSource {

    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(Comparator.comparing(Waiting::atNanos).thenComparing(Waiting::order));
    private long nowNanos = 1_000_000_000L;
    private long order;

    @Override
    public void execute(Runnable task) {
        ready.add(task);
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        Waiting added = new Waiting(nowNanos + delayMillis * 1_000_000, order++, task);
        waiting.add(added);
        return () -> waiting.remove(added);
    }

    /** Runs everything that is ready. */
    public void run() {
        while (!ready.isEmpty()) {
            ready.remove().run();
        }
    }

    /** Time passes; what falls due runs in order. */
    public void advance(long millis) {
        long until = nowNanos + millis * 1_000_000;
        run();
        while (!waiting.isEmpty() && waiting.peek().atNanos() <= until) {
            Waiting due = waiting.remove();
            nowNanos = Math.max(nowNanos, due.atNanos());
            due.task().run();
            run();
        }
        nowNanos = until;
    }

    @Override
    public long wallMillis() {
        return nowNanos / 1_000_000;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    private record Waiting(long atNanos, long order, Runnable task) {}
}
