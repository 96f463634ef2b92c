package dev.skein.replication;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import io.grpc.BindableService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * This node's part in the control group and in all shards placed on it. Thread-safe. Started by
 * {@code ReplicationNode.start}; replicas come and go as the control group's placements say.
 */
public interface Replication extends AutoCloseable {

    /** Cluster-wide state as this node knows it: nodes, namespaces, placements. A snapshot; publishing never waits for it. */
    ControlState control();

    /** Called with each newer control state, on one thread, in order; once at registration with the present one. */
    void onControl(Consumer<ControlState> listener);

    /** Report of the control group's replica here, as if it were a shard. */
    ReplicaReport controlReport();

    /** The node that leads the control group, if known here. */
    Optional<NodeId> controlLeader();

    /**
     * Proposes a change at the control group. Only its leader takes it; others refuse with NOT_LEADER and a hint.
     *
     * @return the state's version after the change; fails with {@link ReplicationException}
     */
    CompletableFuture<Long> proposeControl(ControlCommand command);

    /** The replica of a shard on this node. */
    Optional<ShardReplica> replica(ShardId shard);

    /** All replicas on this node. */
    List<ShardReplica> replicas();

    /** Services to offer on the node-to-node port. */
    List<BindableService> services();

    /** Hands all leaderships away and takes none while on; see {@link #leaderships()}. */
    void drain(boolean on);

    /** Shards this node leads now. */
    int leaderships();

    /** Why this node's storage takes no part, if it doesn't. */
    Optional<String> quarantined();

    /** What this node's search for rot has come to. */
    default ScrubReport scrubbed() {
        return ScrubReport.NONE;
    }

    /** How this node's disk is. */
    default DiskReport disk() {
        return DiskReport.WELL;
    }

    /** Stops every replica and closes the storage; blocks until done. */
    @Override
    void close();
}
