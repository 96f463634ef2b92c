package dev.skein.server.metrics;

import java.util.Map;

/** What the families of the process itself mean, where the name doesn't say it. */
public final class MetricHelp {

    /** By Prometheus name. */
    public static final Map<String, String> TEXTS = Map.of(
            "skein_shard_role", "Role of the local replica: 0 fenced, 1 learner, 2 follower, 3 candidate, 4 leader.",
            "skein_shard_term", "Raft term of the local replica.",
            "skein_shard_lag_entries", "Entries known committed but not applied by the local replica.",
            "skein_shard_queue_bytes", "Bytes waiting to be proposed.",
            "skein_shard_replicas", "Replicas on this node.",
            "skein_shard_leaderships", "Shards this node leads.",
            "skein_clock_jumps", "Steps of the wall clock of more than 200 ms against the monotonic clock.",
            "skein_clock_last_jump_millis", "Size of the last such step.",
            "skein_process_rss_bytes", "Resident memory of the process.",
            "skein_scrub_waiting", "Damaged places that are known and not mended yet.");

    private MetricHelp() {}
}
