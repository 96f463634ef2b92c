package dev.skein.replication.nodelog;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The log's slow chores, on one thread: retention is written down, segments are reclaimed. It
 * stops by itself when the log has failed.
 */
final class LogMaintenance {

    private final NodeLogConfig config;
    private final LogWriter writer;
    private final Reclaimer reclaimer;
    private final Collection<SegmentedGroupLog> groups;
    private final ScheduledExecutorService thread;

    LogMaintenance(NodeLogConfig config, LogWriter writer, Reclaimer reclaimer, Collection<SegmentedGroupLog> groups) {
        this.config = config;
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
        long reclaimMillis = config.reclaimInterval().toMillis();
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
}
