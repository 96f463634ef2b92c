package dev.skein.server.metrics;

import java.util.Map;

/** What the families of the process itself mean, where the name doesn't say it. */
public final class MetricHelp {

    /** By Prometheus name. */
    public static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry(
                    "skein_shard_role",
                    "Role of the local replica: 0 fenced, 1 learner, 2 follower, 3 candidate, 4 leader."),
            Map.entry("skein_shard_term", "Raft term of the local replica."),
            Map.entry("skein_shard_lag_entries", "Entries known committed but not applied by the local replica."),
            Map.entry("skein_shard_queue_bytes", "Bytes waiting to be proposed."),
            Map.entry("skein_shard_replicas", "Replicas on this node."),
            Map.entry("skein_shard_leaderships", "Shards this node leads."),
            Map.entry("skein_clock_jumps", "Steps of the wall clock of more than 200 ms against the monotonic clock."),
            Map.entry("skein_clock_last_jump_millis", "Size of the last such step."),
            Map.entry("skein_shed_waiting", "Sessions that are to be sent away and haven't been told yet."),
            Map.entry("skein_shed_sessions", "Sessions that were sent away."),
            Map.entry("skein_process_rss_bytes", "Resident memory of the process."),
            Map.entry("skein_disk_stalled", "1 while a write or sync of this node doesn't end, else 0."),
            Map.entry("skein_disk_stalls", "Times that the disk stood still."),
            Map.entry("skein_disk_free_bytes", "Room on the disk of the data directory; -1 while unknown."),
            Map.entry("skein_disk_busy_seconds", "Age of the oldest write or sync under way."),
            Map.entry("skein_scrub_waiting", "Damaged places that are known and not mended yet."));

    private MetricHelp() {}
}
