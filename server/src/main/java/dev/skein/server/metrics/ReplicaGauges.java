package dev.skein.server.metrics;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.ShardId;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.Replication;
import dev.skein.replication.ShardReplica;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Gauges for each replica on this node: they come and go with the replicas. {@link #refresh()} is called by the house thread only;
 * there are as many gauges as replicas, times the entries of {@link #READINGS}.
 */
public final class ReplicaGauges {

    private static final Map<String, ToDoubleFunction<ReplicaReport>> READINGS = Map.of(
            "shard.role", ReplicaGauges::role,
            "shard.term", ReplicaReport::term,
            "shard.last_index", ReplicaReport::lastIndex,
            "shard.applied_index", ReplicaReport::appliedIndex,
            "shard.lag_entries", report -> Math.max(0, report.committedIndex() - report.appliedIndex()),
            "shard.queue_bytes", ReplicaReport::queueBytes);

    private final MetricRegistry registry;
    private final Replication replication;
    private final Set<ShardId> registered = new HashSet<>();

    public ReplicaGauges(MetricRegistry registry, Replication replication) {
        this.registry = registry;
        this.replication = replication;
        registry.registerGauge("shard.replicas", () -> replication.replicas().size());
        registry.registerGauge("shard.leaderships", replication::leaderships);
    }

    /** Registers gauges of new replicas and removes those of replicas that have gone. */
    public void refresh() {
        Set<ShardId> present =
                replication.replicas().stream().map(ShardReplica::shard).collect(Collectors.toSet());
        present.stream().filter(shard -> !registered.contains(shard)).forEach(this::register);
        registered.stream().filter(shard -> !present.contains(shard)).forEach(this::remove);
        registered.clear();
        registered.addAll(present);
    }

    private void register(ShardId shard) {
        READINGS.forEach((name, reading) -> registry.gauge(
                labelled(name, shard),
                () -> () -> replication
                        .replica(shard)
                        .map(replica -> reading.applyAsDouble(replica.report()))
                        .orElse(Double.NaN)));
    }

    private void remove(ShardId shard) {
        READINGS.keySet().forEach(name -> registry.remove(labelled(name, shard)));
    }

    private static String labelled(String name, ShardId shard) {
        return name + "{shard=" + shard.group() + "}";
    }

    private static double role(ReplicaReport report) {
        return switch (report.role()) {
            case FENCED -> 0;
            case LEARNER -> 1;
            case FOLLOWER -> 2;
            case CANDIDATE -> 3;
            case LEADER -> 4;
        };
    }
}
