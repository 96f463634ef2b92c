package dev.skein.client.internal;

import dev.skein.client.internal.core.Timers;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What owns a client's state, and its timers: turns on the event loop of the client's connections. Tasks run in the order they were
 * given, many in a turn; timers that are due run at the end of each turn. Giving it a task costs a place in a queue, and waking the
 * event loop only when no turn is to come anyway.
 */
public final class ClientLoop implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);

    /** So many tasks may hold up the timers, and with them the sending of what the tasks brought. */
    private static final int TASKS_PER_TURN = 1_024;

    private static final long STOP_MILLIS_MAX = 1_000;

    private final EventLoop thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Timers timers = new Timers(System::nanoTime);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Who makes it false must see to it that a turn comes. */
    private final AtomicBoolean idle = new AtomicBoolean(true);

    private volatile boolean stopping;
    private volatile boolean givenUp;

    // Of the event loop: the next turn that comes by itself.
    private @Nullable ScheduledFuture<?> alarm;
    private long alarmNanos;

    ClientLoop(EventLoop thread) {
        this.thread = thread;
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
        turnSoon();
    }

    /** Runs the tasks it has, and no more. Waits a moment for them unless called on the loop. */
    void stop() {
        stopping = true;
        turnSoon();
        if (thread.inEventLoop()) {
            return;
        }
        try {
            givenUp = !ended.await(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void turnSoon() {
        if (idle.get() && idle.compareAndSet(true, false)) {
            thread.execute(this::turn);
        }
    }

    private void turn() {
        boolean last = stopping;
        runTasks();
        if (last && tasks.isEmpty()) {
            // Never idle again, so that no further turn comes.
            forgetAlarm();
            ended.countDown();
            return;
        }
        if (!last) {
            guarded(timers::runDue);
        }
        setAlarm();
        idle.set(true);
        if (!tasks.isEmpty() || stopping) {
            turnSoon();
        }
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_PER_TURN && !givenUp; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            guarded(task);
        }
        if (givenUp) {
            tasks.clear();
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable defect) {
            // Also an Error: without its loop the client would just stop.
            LOG.error("defect in the client; the task was given up", defect);
        }
    }

    /** An alarm that is too early only brings a turn with nothing to do, so it is left alone. */
    private void setAlarm() {
        OptionalLong due = timers.nextNanos();
        if (due.isEmpty() || alarm != null && alarmNanos - due.getAsLong() <= 0) {
            return;
        }
        forgetAlarm();
        alarmNanos = due.getAsLong();
        long delay = Math.max(0, alarmNanos - timers.nanoTime());
        alarm = thread.schedule(this::rings, delay, TimeUnit.NANOSECONDS);
    }

    private void forgetAlarm() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
    }

    private void rings() {
        alarm = null;
        if (idle.compareAndSet(true, false)) {
            turn();
        }
    }
}
