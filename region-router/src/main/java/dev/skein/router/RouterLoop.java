package dev.skein.router;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The router's one thread and its inbox. A task that fails is logged; the loop goes on. */
final class RouterLoop {

    /** Requests waiting. Reached: the caller is refused; gossip repeats itself anyway. */
    private static final int INBOX_MAX = 4_096;

    private static final Logger log = LoggerFactory.getLogger(RouterLoop.class);

    private final ScheduledThreadPoolExecutor executor;
    private final AtomicInteger waiting = new AtomicInteger();

    RouterLoop(String node) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "skein-router-" + node);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void every(Duration interval, Runnable task) {
        executor.scheduleWithFixedDelay(() -> run(task), 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Queues a request from outside; returns false when the inbox is full or the loop has ended. */
    boolean offer(Runnable task) {
        if (waiting.incrementAndGet() > INBOX_MAX) {
            waiting.decrementAndGet();
            return false;
        }
        boolean accepted = post(() -> {
            waiting.decrementAndGet();
            task.run();
        });
        if (!accepted) {
            waiting.decrementAndGet();
        }
        return accepted;
    }

    /** Queues the end of something this loop began; bounded by what the loop begins. Returns false when the loop has ended. */
    boolean post(Runnable task) {
        try {
            executor.execute(() -> run(task));
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    void end() {
        executor.shutdown();
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error defect) {
            log.error("a router task failed", defect);
        }
    }
}
