package dev.skein.server.fanout;

import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ReplicationException;
import dev.skein.wire.Errors;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The threads that may wait for the disk. A fixed number with a bounded queue; when that is full, OVERLOADED. */
public final class ReaderPool implements AutoCloseable {

    private static final int QUEUE_MAX = 8_192;

    private final Executor executor;
    private final IntSupplier queued;
    private final Runnable close;

    public ReaderPool(int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_MAX), task -> {
                    Thread thread = new Thread(task, "store-reader");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        executor = pool;
        queued = () -> pool.getQueue().size();
        close = pool::shutdownNow;
    }

    /** Readers of somebody else, who ends them too. */
    public ReaderPool(Executor readers) {
        executor = readers;
        queued = () -> 0;
        close = () -> {};
    }

    /** Runs a read on a reader thread. */
    public <T> CompletableFuture<T> read(Supplier<T> read) {
        try {
            return CompletableFuture.supplyAsync(read, executor);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(
                    new ReplicationException(Errors.of(Reason.REASON_OVERLOADED, "too many reads wait for the disk")));
        }
    }

    /** Reads that wait. */
    public int queued() {
        return queued.getAsInt();
    }

    @Override
    public void close() {
        close.run();
    }
}
