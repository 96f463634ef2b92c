package dev.skein.replication.group;

import dev.skein.core.ByteBudget;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all shards of a node share.
 *
 * @param time clocks
 * @param timer one thread for lingering publishes
 * @param completionThreads single-thread executors that tell publishers of their outcomes; a shard always uses the same one
 * @param unapplied bytes of publishes that this node has taken and not yet answered
 * @param snapshotEntries entries between snapshots. Higher: longer replay at start. Lower: more snapshot writing
 * @param snapshotBytes bytes of entries between snapshots, likewise
 */
public record ShardEnvironment(
        TimeSource time,
        ScheduledExecutorService timer,
        List<Executor> completionThreads,
        ByteBudget unapplied,
        long snapshotEntries,
        long snapshotBytes) {

    public ShardEnvironment {
        completionThreads = List.copyOf(completionThreads);
    }

    Executor completions(ShardId shard) {
        return completionThreads.get(Math.floorMod(shard.hashCode(), completionThreads.size()));
    }
}
