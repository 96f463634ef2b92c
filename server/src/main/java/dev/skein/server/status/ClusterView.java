package dev.skein.server.status;

import dev.skein.core.Checks;
import dev.skein.core.NodeId;
import dev.skein.proto.admin.v1.DrainResponse;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationException;
import dev.skein.router.RouterNode;
import dev.skein.server.config.ClusterConfig;
import dev.skein.wire.Errors;
import java.util.List;
import java.util.function.Supplier;

/** The cluster as this node knows it. Thread-safe; nothing here blocks. */
public final class ClusterView {

    private final NodeId self;
    private final ClusterConfig cluster;
    private final String clusterId;
    private final Replication replication;
    private final RouterNode router;
    private final Supplier<MemberRecord> facts;

    /** @param facts this node's own facts, newest */
    public ClusterView(
            NodeId self,
            ClusterConfig cluster,
            String clusterId,
            Replication replication,
            RouterNode router,
            Supplier<MemberRecord> facts) {
        this.self = self;
        this.cluster = cluster;
        this.clusterId = clusterId;
        this.replication = replication;
        this.router = router;
        this.facts = facts;
    }

    /** The node that answers. */
    public NodeId self() {
        return self;
    }

    /** The answer to Status. */
    public StatusResponse status(boolean everyShard) {
        Snapshot snapshot = snapshot();
        ReplicaReport control = replication.controlReport();
        StatusReport report =
                new StatusReport(snapshot, cluster.regions(), control.shard().group());
        List<String> voters = control.voters().stream().map(NodeId::value).toList();
        return StatusResponse.newBuilder()
                .setClusterId(clusterId)
                .setClusterName(cluster.name())
                .setAnsweredBy(self.value())
                .addAllNodes(report.nodes())
                .addAllNamespaces(report.namespaces(everyShard))
                .setControl(report.control(voters))
                .build();
    }

    /** Refuses a node that nobody has heard of. */
    public void checkKnown(String node) {
        List<String> known = snapshot().nodeNames();
        if (!known.contains(node)) {
            throw new ReplicationException(Errors.of(
                    Reason.REASON_NOT_FOUND, Checks.text("node", node, "one of " + String.join(", ", known))));
        }
    }

    /** How much this node still has to hand over. */
    public DrainResponse drainProgress() {
        return DrainResponse.newBuilder()
                .setShardsLed(replication.leaderships())
                .setSessions(facts.get().getSessions())
                .build();
    }

    private Snapshot snapshot() {
        return new Snapshot(replication.control(), router.members(), facts.get());
    }
}
