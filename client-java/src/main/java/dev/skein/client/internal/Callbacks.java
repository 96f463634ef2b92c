package dev.skein.client.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the application's code runs: its own executor, or two threads of the client. */
final class Callbacks implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
    private static final int THREADS = 2;

    private final Executor executor;
    private final Runnable stop;

    private Callbacks(Executor executor, Runnable stop) {
        this.executor = executor;
        this.stop = stop;
    }

    static Callbacks on(Executor applications) {
        return new Callbacks(applications, () -> {});
    }

    static Callbacks ownThreads() {
        AtomicInteger count = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread made = new Thread(task, "skein-client-callback-" + count.incrementAndGet());
            made.setDaemon(true);
            return made;
        });
        return new Callbacks(threads, () -> stop(threads));
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("a callback was left out: its executor has stopped");
        }
    }

    /** Lets what is queued run, for a moment. */
    void close() {
        stop.run();
    }

    private static void stop(ExecutorService threads) {
        threads.shutdown();
        try {
            threads.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
