package dev.skein.systemtests.wan;

import io.netty.channel.EventLoop;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Calls back on the loop at given times, within a fraction of a millisecond. The loop's own timers count in whole milliseconds
 * and spin through the rest, which costs more than all relaying; here a thread of its own sleeps until the next beat and only
 * then wakes the loop. The queue belongs to the loop; the thread sees nothing but the next time.
 */
final class Pacemaker implements AutoCloseable {

    /** Beats this close together become one. */
    private static final long GRID_NANOS = 250_000;

    private static final long NEVER = Long.MAX_VALUE;

    private record Beat(long atNanos, Runnable call) {}

    private final EventLoop loop;
    private final LongSupplier clock;
    private final PriorityQueue<Beat> beats = new PriorityQueue<>(Comparator.comparingLong(Beat::atNanos));

    /** The next beat the thread must deliver; {@link #NEVER} while one is on its way to the loop. */
    private final AtomicLong armed = new AtomicLong(NEVER);

    private final Thread thread;
    private volatile boolean closed;

    Pacemaker(EventLoop loop, LongSupplier clock) {
        this.loop = loop;
        this.clock = clock;
        this.thread = new Thread(this::run, "wan-pacemaker");
        thread.setDaemon(true);
        thread.start();
    }

    /** Calls back at that time or a little later. Loop only. */
    void at(long dueNanos, Runnable call) {
        long onGrid = (dueNanos + GRID_NANOS - 1) / GRID_NANOS * GRID_NANOS;
        beats.add(new Beat(onGrid, call));
        arm(onGrid);
    }

    private void arm(long atNanos) {
        if (armed.accumulateAndGet(atNanos, Math::min) == atNanos) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            long next = armed.get();
            long wait = next - clock.getAsLong();
            if (next == NEVER) {
                LockSupport.park(this);
            } else if (wait > 0) {
                LockSupport.parkNanos(this, wait);
            } else if (armed.compareAndSet(next, NEVER)) {
                wakeLoop();
            }
        }
    }

    private void wakeLoop() {
        try {
            loop.execute(this::beat);
        } catch (RejectedExecutionException e) {
            // The loop has been shut down, and nothing waits for a beat any more.
            closed = true;
        }
    }

    private void beat() {
        long now = clock.getAsLong();
        while (!beats.isEmpty() && beats.peek().atNanos() <= now) {
            beats.poll().call().run();
        }
        if (!beats.isEmpty()) {
            arm(beats.peek().atNanos());
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
