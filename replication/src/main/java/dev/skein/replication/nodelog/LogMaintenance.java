package dev.skein.replication.nodelog;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's slow chores, on one thread: the durable floor follows the log, retention is written down, segments are reclaimed. It
 * stops by itself when the log has failed.
 */
final class LogMaintenance {

    private static final Logger LOG = LoggerFactory.getLogger(LogMaintenance.class);

    private final NodeLogConfig config;
    private final DurableFloor floor;
    private final SegmentTail tail;
    private final LogWriter writer;
    private final Reclaimer reclaimer;
    private final Collection<SegmentedGroupLog> groups;
    private final ScheduledExecutorService thread;

    LogMaintenance(
            NodeLogConfig config,
            DurableFloor floor,
            SegmentTail tail,
            LogWriter writer,
            Reclaimer reclaimer,
            Collection<SegmentedGroupLog> groups) {
        this.config = config;
        this.floor = floor;
        this.tail = tail;
        this.writer = writer;
        this.reclaimer = reclaimer;
        this.groups = groups;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "nodelog-maintenance");
            made.setDaemon(true);
            return made;
        });
    }

    void start() {
        long floorMillis = config.floorInterval().toMillis();
        long reclaimMillis = config.reclaimInterval().toMillis();
        thread.scheduleWithFixedDelay(() -> turn(this::raiseFloor), floorMillis, floorMillis, TimeUnit.MILLISECONDS);
        thread.scheduleWithFixedDelay(() -> turn(this::reclaim), reclaimMillis, reclaimMillis, TimeUnit.MILLISECONDS);
    }

    private void turn(Runnable chore) {
        try {
            chore.run();
        } catch (NodeLogFailedException stopped) {
            // Whoever failed has logged it; without the log there are no more chores.
            throw stopped;
        } catch (RuntimeException broken) {
            writer.abort(broken);
        }
    }

    private synchronized void raiseFloor() {
        try {
            floor.raise(tail.syncedTo());
        } catch (IOException failure) {
            writer.abort(failure);
        }
    }

    /** Writes retention down and takes one turn of reclaiming. */
    synchronized void reclaim() {
        groups.forEach(SegmentedGroupLog::writeRetention);
        try {
            reclaimer.run();
        } catch (IOException failure) {
            writer.abort(failure);
        }
    }

    /** Ends the thread; a turn under way is finished first. */
    void stop() {
        thread.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = thread.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** After the writer has ended: the floor's last word. */
    synchronized void finish() {
        try (floor) {
            if (writer.failure().isEmpty()) {
                floor.raise(tail.syncedTo());
            }
        } catch (IOException failure) {
            LOG.warn("node log: the floor could not be raised at close; the last one stands", failure);
        }
    }
}
