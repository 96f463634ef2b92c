package dev.skein.replication.nodelog;

import dev.skein.core.TimeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Each turn takes what all groups have waiting, gathers it, writes it, syncs once if anybody waits for
 * that, and completes the waiters. The first I/O failure ends it for good; it never syncs again after a failed sync.
 */
final class LogWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    /** Callers wait in line beyond it. More than the groups of a node: each has at most a few writes waiting. */
    private static final int QUEUE_MAX = 4_096;

    /** Requests of one turn; bounds how long the first of them waits for the last. */
    private static final int TURN_MAX = 1_024;

    private final SegmentTail tail;
    private final FloorFollower floor;
    private final TimeSource time;
    private final long syncIntervalNanos;
    private final NodeLogMetrics metrics;
    private final Consumer<NodeLogFailedException> onFailure;
    private final BlockingQueue<WriteRequest> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Thread thread = new Thread(this::run, "nodelog-writer");
    private volatile @Nullable NodeLogFailedException failure;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile LogActivity activity = LogActivity.NONE;
    private long dirtySinceNanos;

    LogWriter(
            SegmentTail tail,
            FloorFollower floor,
            TimeSource time,
            long syncIntervalNanos,
            NodeLogMetrics metrics,
            Consumer<NodeLogFailedException> onFailure) {
        this.tail = tail;
        this.floor = floor;
        this.time = time;
        this.syncIntervalNanos = syncIntervalNanos;
        this.metrics = metrics;
        this.onFailure = onFailure;
        metrics.queueDepth(queue::size);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Optional<NodeLogFailedException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Waits for the request; blocks. Throws what the staging refused with, or the log's failure. */
    void write(boolean synced, WriteRequest.Staging staging) {
        WriteRequest request = new WriteRequest(synced, staging, new CompletableFuture<>());
        enqueue(request);
        if (ended) {
            refuseWaiting();
        }
        try {
            request.done().join();
        } catch (CompletionException refused) {
            throw refused.getCause() instanceof RuntimeException cause ? rethrown(cause) : refused;
        }
    }

    /** Waits until everything written before is on stable storage. */
    void sync() {
        write(true, ignored -> {});
    }

    /** Ends the log because of a failure that another of its threads met. */
    void abort(Exception cause) {
        write(true, ignored -> {
            throw new IOException(cause.getMessage(), cause);
        });
    }

    /** The waiter's own stack, with the reason as its cause. */
    private static RuntimeException rethrown(RuntimeException cause) {
        if (cause instanceof NodeLogFailedException) {
            return new NodeLogFailedException(String.valueOf(cause.getMessage()), cause);
        }
        return cause;
    }

    private void enqueue(WriteRequest request) {
        boolean interrupted = false;
        while (true) {
            checkOpen();
            try {
                if (queue.offer(request, 100, TimeUnit.MILLISECONDS)) {
                    break;
                }
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void checkOpen() {
        NodeLogFailedException failed = failure;
        if (failed != null) {
            throw rethrown(failed);
        }
        if (closing) {
            throw new NodeLogFailedException("node log: closed");
        }
    }

    private void run() {
        List<WriteRequest> turn = new ArrayList<>();
        try {
            while (!(closing && queue.isEmpty())) {
                await(turn);
                takeTimed(turn);
                turn.clear();
            }
            tail.close();
            floor.follow(tail.syncedTo());
        } catch (IOException | RuntimeException | Error broken) {
            fail(broken, turn);
        } finally {
            ended = true;
            tail.breakOff();
            refuseWaiting();
        }
    }

    /** Waits for the next requests, no longer than until an interval sync is due. */
    private void await(List<WriteRequest> turn) {
        try {
            WriteRequest first = queue.poll(waitNanos(), TimeUnit.NANOSECONDS);
            if (first != null) {
                turn.add(first);
                queue.drainTo(turn, TURN_MAX - 1);
            }
        } catch (InterruptedException notOurs) {
            LOG.debug("node log: the writer was interrupted; it goes on");
        }
    }

    private long waitNanos() {
        long idle = TimeUnit.SECONDS.toNanos(1);
        return tail.isDirty()
                ? Math.max(0, Math.min(idle, dirtySinceNanos + syncIntervalNanos - time.nanoTime()))
                : idle;
    }

    /** What the writer is at; any thread. */
    LogActivity activity() {
        return activity;
    }

    /** An idle turn is not told: nothing is written in it, and its end would look like a disk that answers. */
    private void takeTimed(List<WriteRequest> turn) throws IOException {
        if (turn.isEmpty() && !tail.isDirty()) {
            return;
        }
        long turns = activity.turns();
        activity = new LogActivity(OptionalLong.of(time.nanoTime()), turns);
        try {
            take(turn);
        } finally {
            activity = new LogActivity(OptionalLong.empty(), turns + 1);
        }
    }

    private void take(List<WriteRequest> turn) throws IOException {
        boolean wasDirty = tail.isDirty();
        boolean synced = false;
        for (WriteRequest request : turn) {
            synced |= stage(request) && request.synced();
        }
        tail.flush();
        if (!wasDirty) {
            dirtySinceNanos = time.nanoTime();
        }
        boolean due = tail.isDirty() && time.nanoTime() - dirtySinceNanos >= syncIntervalNanos;
        if ((synced && tail.isDirty()) || due) {
            force(turn.size());
        }
        turn.forEach(request -> request.done().complete(null));
    }

    private void force(int requests) throws IOException {
        try (var timed = metrics.fsync()) {
            tail.force();
        }
        floor.follow(tail.syncedTo());
        metrics.synced(requests);
    }

    private boolean stage(WriteRequest request) throws IOException {
        try {
            request.staging().stage(tail);
            return true;
        } catch (IllegalArgumentException | IllegalStateException refused) {
            request.done().completeExceptionally(refused);
            return false;
        }
    }

    private void fail(Throwable cause, List<WriteRequest> turn) {
        NodeLogFailedException failed = new NodeLogFailedException("node log: failed: " + cause.getMessage(), cause);
        failure = failed;
        LOG.error("node log: a write or sync failed; nothing more will be written", cause);
        tellOwner(failed);
        turn.forEach(request -> request.done().completeExceptionally(failed));
    }

    private void tellOwner(NodeLogFailedException failed) {
        try {
            onFailure.accept(failed);
        } catch (RuntimeException broken) {
            LOG.error("node log: its owner could not be told of the failure", broken);
        }
    }

    private void refuseWaiting() {
        NodeLogFailedException failed = failure;
        NodeLogFailedException reason = failed != null ? failed : new NodeLogFailedException("node log: closed");
        for (WriteRequest left = queue.poll(); left != null; left = queue.poll()) {
            left.done().completeExceptionally(reason);
        }
    }

    /** Writes what is waiting, seals the log and ends the thread. */
    @Override
    public void close() {
        closing = true;
        // Wakes the thread; when the queue is full it is awake.
        queue.offer(new WriteRequest(false, ignored -> {}, new CompletableFuture<>()));
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
