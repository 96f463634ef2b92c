package dev.skein.replication.nodelog;

import dev.skein.core.TimeSource;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the durable floor close behind the log. The thread {@code nodelog-floor} writes and syncs it as soon as a batch is synced, and then
 * rests for a moment, so that a busy log has not twice as many syncs. The writer waits only for a floor that is far behind: then nothing more is
 * acknowledged until it has caught up.
 */
final class FloorFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FloorFollower.class);

    /** Rest between two syncs of the floor. Lower: less that a lost tail can hide. Higher: fewer small syncs beside the log's. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** How long something may be synced and not under the floor while the log goes on. */
    static final long LAG_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);

    /** The floor: used by this object's thread, and by its owner before and after. */
    interface Mark extends AutoCloseable {

        /** Where it is. */
        long position();

        /** Raises it, durably. */
        void raise(long position) throws IOException;

        @Override
        void close() throws IOException;
    }

    private final Mark floor;
    private final TimeSource time;
    private final Thread thread = new Thread(this::run, "nodelog-floor");

    // Guarded by the monitor.
    private long wanted;
    private long durable;
    /** When the earliest of what is wanted and not durable was asked for, or earlier. */
    private long behindSinceNanos;

    private @Nullable IOException failure;
    private volatile boolean closing;

    FloorFollower(Mark floor, TimeSource time) {
        this.floor = floor;
        this.time = time;
        this.wanted = floor.position();
        this.durable = wanted;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * The log is on stable storage up to here: the floor is to follow. Waits while it is further behind than it may be.
     *
     * @throws IOException when the floor can't be written: nothing more may be promised
     */
    synchronized void follow(long position) throws IOException {
        awaitNear();
        if (failure != null) {
            throw new IOException("floor: " + failure.getMessage(), failure);
        }
        if (position > wanted) {
            if (durable >= wanted) {
                behindSinceNanos = time.nanoTime();
            }
            wanted = position;
            notifyAll();
        }
    }

    private void awaitNear() {
        boolean interrupted = false;
        while (durable < wanted && failure == null && time.nanoTime() - behindSinceNanos > LAG_NANOS_MAX) {
            try {
                wait();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (Optional<Long> next = next(); next.isPresent(); next = next()) {
                long began = time.nanoTime();
                floor.raise(next.get());
                reached(next.get(), began);
                rest();
            }
        } catch (IOException failed) {
            LOG.error("node log: the floor cannot be written", failed);
            fail(failed);
        }
    }

    /** Waits for a position that is not under the floor; empty at the end. */
    private synchronized Optional<Long> next() {
        while (durable >= wanted && !closing) {
            try {
                wait();
            } catch (InterruptedException notOurs) {
                LOG.debug("node log: the floor's thread was interrupted; it goes on");
            }
        }
        return durable < wanted ? Optional.of(wanted) : Optional.empty();
    }

    private synchronized void reached(long position, long beganNanos) {
        durable = position;
        behindSinceNanos = beganNanos;
        notifyAll();
    }

    private void rest() {
        if (!closing) {
            LockSupport.parkNanos(REST_NANOS);
        }
    }

    private synchronized void fail(IOException failed) {
        failure = failed;
        notifyAll();
    }

    /** Writes what is still to be written and ends; the log's writer must have ended. */
    @Override
    public void close() {
        closing = true;
        synchronized (this) {
            notifyAll();
        }
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        try {
            floor.close();
        } catch (IOException failed) {
            LOG.warn("node log: the floor was not closed", failed);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
