package dev.skein.client.internal;

import dev.skein.client.internal.core.Timers;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns a client's state, and its timers. Tasks run in the order they were given, many in a turn; timers that are due
 * run at the end of each turn. Giving it a task costs a place in a queue, and a wake-up only when the thread sleeps.
 */
public final class ClientLoop implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);

    /** So many tasks may hold up the timers, and with them the sending of what the tasks brought. */
    private static final int TASKS_PER_TURN = 1_024;

    private static final long STOP_MILLIS_MAX = 1_000;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Timers timers = new Timers(System::nanoTime);
    private final Thread thread;

    /** Who makes it false must see to it that the thread runs. */
    private final AtomicBoolean asleep = new AtomicBoolean();

    private volatile boolean stopping;
    private volatile boolean givenUp;

    private ClientLoop(String name) {
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    static ClientLoop start(String name) {
        ClientLoop loop = new ClientLoop(name);
        loop.thread.start();
        return loop;
    }

    /** For use on the loop only. */
    public Timers timers() {
        return timers;
    }

    /** Runs the task on the loop; after {@link #stop} it does nothing. */
    @Override
    public void execute(Runnable task) {
        if (stopping) {
            LOG.trace("the client is closed; a task was left out");
            return;
        }
        tasks.add(task);
        wake();
    }

    /** Runs the tasks it has, and no more. Waits a moment for them unless called on the loop. */
    void stop() {
        stopping = true;
        wake();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(STOP_MILLIS_MAX);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            givenUp = true;
            thread.interrupt();
        }
    }

    private void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (true) {
            boolean last = stopping;
            boolean ran = runTasks();
            if (last && (!ran || givenUp)) {
                return;
            }
            if (!last) {
                guarded(timers::runDue);
            }
            if (!ran) {
                sleep();
            }
        }
    }

    /** Whether there were any. */
    private boolean runTasks() {
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null || givenUp) {
                return i > 0;
            }
            guarded(task);
        }
        return true;
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable defect) {
            // Also an Error: without its loop the client would just stop.
            LOG.error("defect in the client; the task was given up", defect);
        }
    }

    private void sleep() {
        asleep.set(true);
        if (tasks.isEmpty() && !stopping) {
            OptionalLong due = timers.nextNanos();
            if (due.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, due.getAsLong() - timers.nanoTime());
            }
            // Else it would not sleep again.
            Thread.interrupted();
        }
        asleep.set(false);
    }
}
