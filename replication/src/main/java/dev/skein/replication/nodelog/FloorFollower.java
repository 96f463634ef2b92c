package dev.skein.replication.nodelog;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the durable floor one batch behind the log at most. The thread {@code nodelog-floor} writes and syncs it while the writer is busy
 * with the next batch; the writer waits only if that batch would be done first. So whatever was synced before the last batch is under
 * the floor, and the last batch itself a sync later.
 */
final class FloorFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FloorFollower.class);

    private final DurableFloor floor;
    private final Thread thread = new Thread(this::run, "nodelog-floor");

    // Guarded by the monitor.
    private long wanted;
    private long durable;
    private boolean closing;
    private @Nullable IOException failure;

    FloorFollower(DurableFloor floor) {
        this.floor = floor;
        this.wanted = floor.position();
        this.durable = wanted;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * The log is on stable storage up to here: the floor is to follow. Returns when it has reached what was said the last time.
     *
     * @throws IOException when the floor can't be written: nothing more may be promised
     */
    synchronized void follow(long position) throws IOException {
        boolean interrupted = false;
        while (durable < wanted && failure == null) {
            try {
                wait();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IOException("floor: " + failure.getMessage(), failure);
        }
        wanted = Math.max(wanted, position);
        notifyAll();
    }

    private void run() {
        try {
            for (Optional<Long> next = next(); next.isPresent(); next = next()) {
                floor.raise(next.get());
                reached(next.get());
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

    private synchronized void reached(long position) {
        durable = position;
        notifyAll();
    }

    private synchronized void fail(IOException failed) {
        failure = failed;
        notifyAll();
    }

    /** Writes what is still to be written and ends; the log's writer must have ended. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
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
