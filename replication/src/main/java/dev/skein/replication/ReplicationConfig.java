package dev.skein.replication;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.Checks;
import dev.skein.core.TimeSource;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.replication.raft.RaftTiming;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What replication needs to know on one node.
 *
 * @param clusterId the cluster's identity
 * @param configHash hash of the configuration's cluster part; must be the same on every node
 * @param self this node: id, region, zone, addresses
 * @param founders founding members, the same on every node
 * @param regionOrder regions in the configuration's order; the first is the control group's home
 * @param dataDirectory everything this node stores
 * @param zoneTiming timeouts for groups whose voters are in one region
 * @param regionTiming timeouts for groups whose voters are in several regions
 * @param segmentBytes size of a node log segment
 * @param snapshotEntries entries between snapshots of a shard
 * @param snapshotBytes bytes of entries between snapshots of a shard
 * @param disk when this node takes its disk for sick
 * @param scrub how it looks for rot
 * @param channels opens a channel to a node's address
 * @param eventLoop the event loop that runs the caller, when one does, else any of the node's
 * @param metrics where measurements go
 * @param time clocks
 * @param random for identities and jitter
 * @param onFatal told once, with the reason, when this node's storage failed or is damaged: the process must stop, because after a
 *     failed write nobody knows what is on disk. Must not block
 */
public record ReplicationConfig(
        String clusterId,
        String configHash,
        NodeRecord self,
        List<NodeRecord> founders,
        List<String> regionOrder,
        Path dataDirectory,
        RaftTiming zoneTiming,
        RaftTiming regionTiming,
        int segmentBytes,
        long snapshotEntries,
        long snapshotBytes,
        DiskRules disk,
        ScrubConfig scrub,
        Function<String, ManagedChannel> channels,
        Supplier<Executor> eventLoop,
        MetricRegistry metrics,
        TimeSource time,
        Random random,
        Consumer<String> onFatal) {

    public ReplicationConfig {
        Checks.check(!clusterId.isEmpty(), "clusterId", clusterId, "not empty");
        Checks.check(!founders.isEmpty(), "founders", founders, "at least one node");
        Checks.check(snapshotEntries > 0, "snapshotEntries", snapshotEntries, "1 or more");
        Checks.check(snapshotBytes > 0, "snapshotBytes", snapshotBytes, "1 or more");
        founders = List.copyOf(founders);
        regionOrder = List.copyOf(regionOrder);
    }
}
