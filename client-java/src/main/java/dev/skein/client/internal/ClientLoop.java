package dev.skein.client.internal;

import dev.skein.client.internal.core.Timers;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that owns a client's state, and its timers. Tasks run in the order they were given. */
public final class ClientLoop implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);

    private final ScheduledThreadPoolExecutor thread;
    private final Timers timers = new Timers(System::nanoTime);
    private @Nullable ScheduledFuture<?> wake;
    private long wakeNanos;

    ClientLoop(String name) {
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** For use on the loop only. */
    public Timers timers() {
        return timers;
    }

    /** Runs the task on the loop; after {@link #stop} it does nothing. */
    @Override
    public void execute(Runnable task) {
        try {
            thread.execute(() -> turn(task));
        } catch (RejectedExecutionException stopped) {
            LOG.trace("the client is closed; a task was left out");
        }
    }

    /** Runs the tasks it has, and no more. Waits a moment for them unless called on the loop. */
    void stop() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void turn(Runnable task) {
        try {
            task.run();
            timers.runDue();
        } catch (RuntimeException defect) {
            LOG.error("defect in the client; the task was given up", defect);
        }
        scheduleWake();
    }

    private void scheduleWake() {
        var next = timers.nextNanos();
        if (next.isEmpty() || thread.isShutdown()) {
            return;
        }
        boolean planned = wake != null && !wake.isDone() && wakeNanos <= next.getAsLong();
        if (planned) {
            return;
        }
        if (wake != null) {
            wake.cancel(false);
        }
        wakeNanos = next.getAsLong();
        long delay = Math.max(0, wakeNanos - System.nanoTime());
        try {
            wake = thread.schedule(this::wake, delay, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.trace("the client is closed; no more timers");
        }
    }

    private void wake() {
        wake = null;
        turn(() -> {});
    }
}
