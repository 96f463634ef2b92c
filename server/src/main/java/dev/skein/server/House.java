package dev.skein.server;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process's own threads for work that belongs to no client: one for timed work, at most two for dumps. */
final class House implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(House.class);

    private static final int DUMP_THREADS = 2;
    private static final int DUMPS_WAITING_MAX = 16;

    private final ScheduledExecutorService timed;
    private final ThreadPoolExecutor dumps;

    House(String node) {
        timed = Executors.newSingleThreadScheduledExecutor(EventLoops.named("skein-house-" + node));
        dumps = new ThreadPoolExecutor(
                DUMP_THREADS,
                DUMP_THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(DUMPS_WAITING_MAX),
                EventLoops.named("skein-admin-" + node));
        dumps.allowCoreThreadTimeOut(true);
    }

    /** Never block it. */
    ScheduledExecutorService timed() {
        return timed;
    }

    /** May be blocked; refuses what it can't hold. */
    ExecutorService dumps() {
        return dumps;
    }

    /** Runs a task again and again; one failure doesn't end it. */
    void every(long millis, Runnable task) {
        timed.scheduleWithFixedDelay(() -> guarded(task), 0, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timed.shutdownNow();
        dumps.shutdownNow();
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
            log.error("a timed task failed; it will run again", failure);
        }
    }
}
