package dev.skein.replication.group;

import dev.skein.core.ByteBudget;
import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.replication.disk.DiskFitness;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * What all shards of a node share.
 *
 * @param self this node
 * @param time clocks
 * @param timer one thread for lingering publishes
 * @param unapplied bytes of publishes that this node has taken and not yet answered
 * @param snapshotEntries entries between snapshots. Higher: longer replay at start. Lower: more snapshot writing
 * @param snapshotBytes bytes of entries between snapshots, likewise
 * @param disk what the node's disk lets it do
 * @param onStorageFailure told when the store could not be read or written: the process must stop
 */
public record ShardEnvironment(
        NodeId self,
        TimeSource time,
        ScheduledExecutorService timer,
        ByteBudget unapplied,
        long snapshotEntries,
        long snapshotBytes,
        DiskFitness disk,
        Consumer<Throwable> onStorageFailure) {}
