package dev.skein.server.loop;

import dev.skein.core.TimeSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop on a thread of its own. A task that throws is logged and the loop goes on: a defect in one session stays there.
 *
 * <p>The thread takes what is in the inbox, then what is due, and parks when there is neither. Giving it a task costs an addition
 * to the inbox, and a wake-up only when it is parked.
 */
public final class LoopThread implements Loop, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoopThread.class);
    private static final long CLOSE_WAIT_MILLIS = 2_000;

    /** Tasks of the inbox between two looks at the clock. */
    private static final int TASKS_PER_TURN = 256;

    private final TimeSource time = TimeSource.system();
    private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();

    /** Set by the loop before it looks into the inbox for the last time; whoever clears it wakes the loop. */
    private final AtomicBoolean parked = new AtomicBoolean();

    private final Thread thread;

    /** Nothing is taken any more. */
    private volatile boolean closed;

    // Below: of the loop's thread.
    private final PriorityQueue<Waiting> timers =
            new PriorityQueue<>(Comparator.comparingLong(Waiting::sinceFirst).thenComparingLong(Waiting::order));
    private final long firstNanos = time.nanoTime();
    private long lastOrder;
    private boolean stopping;

    public LoopThread(String name) {
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        if (!closed) {
            inbox.add(task);
            wake();
        }
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        Waiting waiting = new Waiting(time.nanoTime() - firstNanos + TimeUnit.MILLISECONDS.toNanos(delayMillis), task);
        onLoop(() -> add(waiting));
        return () -> {
            waiting.cancelled = true;
            onLoop(() -> timers.remove(waiting));
        };
    }

    /** Runs what was given before, forgets what waits for its time. */
    @Override
    public void close() {
        execute(() -> stopping = true);
        closed = true;
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(CLOSE_WAIT_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void onLoop(Runnable change) {
        if (Thread.currentThread() == thread) {
            change.run();
        } else {
            execute(change);
        }
    }

    private void add(Waiting waiting) {
        if (!waiting.cancelled) {
            waiting.order = ++lastOrder;
            timers.add(waiting);
        }
    }

    private void wake() {
        if (parked.get() && parked.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!stopping) {
            boolean idle = !runInbox();
            idle &= !runDue();
            if (idle && !stopping) {
                park();
            }
        }
    }

    private boolean runInbox() {
        Runnable task = inbox.poll();
        boolean any = task != null;
        for (int left = TASKS_PER_TURN; task != null; task = --left > 0 ? inbox.poll() : null) {
            guarded(task);
        }
        return any;
    }

    /** What is due now, not what becomes due by its running: else a task that schedules itself at once would keep the loop. */
    private boolean runDue() {
        if (timers.isEmpty() || stopping) {
            return false;
        }
        long now = time.nanoTime() - firstNanos;
        long last = lastOrder;
        boolean any = false;
        for (Waiting next = timers.peek(); next != null && next.sinceFirst <= now; next = timers.peek()) {
            if (next.order > last) {
                break;
            }
            timers.remove();
            guarded(next.task);
            any = true;
        }
        return any;
    }

    private void park() {
        parked.set(true);
        if (inbox.isEmpty()) {
            Waiting next = timers.peek();
            if (next == null) {
                LockSupport.park(this);
            } else {
                parkUntil(next);
            }
        }
        parked.set(false);
        // An interrupt, which nobody here sends, would make parking return at once for ever.
        Thread.interrupted();
    }

    private void parkUntil(Waiting next) {
        long left = next.sinceFirst - (time.nanoTime() - firstNanos);
        if (left > 0) {
            LockSupport.parkNanos(this, left);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error defect) {
            LOG.error("a task of the loop failed", defect);
        }
    }

    /** A task with its time. */
    private static final class Waiting {

        private final long sinceFirst;
        private final Runnable task;
        private volatile boolean cancelled;

        /** Of the loop's thread: those of one time run in the order they came. */
        private long order;

        Waiting(long sinceFirst, Runnable task) {
            this.sinceFirst = sinceFirst;
            this.task = task;
        }

        long sinceFirst() {
            return sinceFirst;
        }

        long order() {
            return order;
        }
    }
}
