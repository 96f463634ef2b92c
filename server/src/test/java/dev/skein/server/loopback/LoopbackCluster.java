package dev.skein.server.loopback;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.ShardPlacement;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.server.fanout.FanoutLimits;
import dev.skein.server.session.SessionLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nodes {@code n0, n1, ...} with one namespace {@code default} of one shard. The first nodes hold a replica, the others none; the
 * first node leads.
 */
public final class LoopbackCluster implements AutoCloseable {

    private static final int MESSAGE_BYTES_MAX = 4_096;

    private final LoopbackShard shard = new LoopbackShard(new ShardId("default", 0));
    private final Map<NodeId, LoopbackNode> nodes = new LinkedHashMap<>();
    private final List<ScriptedClient> clients = new ArrayList<>();
    private final int replicas;

    private LoopbackCluster(int nodeCount, int replicas, SessionLimits sessions, FanoutLimits fanout) {
        this.replicas = replicas;
        for (int i = 0; i < nodeCount; i++) {
            NodeId id = new NodeId("n" + i);
            if (i < replicas) {
                shard.addReplica(id);
            }
            nodes.put(id, new LoopbackNode(id, List.of(shard), sessions, fanout));
        }
        shard.leader(new NodeId("n0"));
        nodes.values().forEach(node -> node.replication().control(control()));
    }

    public static LoopbackCluster start(int nodes, int replicas) {
        return new LoopbackCluster(nodes, replicas, SessionLimits.DEFAULT, FanoutLimits.DEFAULT);
    }

    public static LoopbackCluster start(int nodes, int replicas, SessionLimits sessions, FanoutLimits fanout) {
        return new LoopbackCluster(nodes, replicas, sessions, fanout);
    }

    public LoopbackShard shard() {
        return shard;
    }

    public LoopbackNode node(int number) {
        return List.copyOf(nodes.values()).get(number);
    }

    public LoopbackReplica replica(int number) {
        return shard.replica(node(number).id());
    }

    /** A client whose session has been welcomed. */
    public ScriptedClient connect(int number) {
        ScriptedClient client = stranger(number);
        client.hello();
        return client;
    }

    /** A client that has said nothing yet. */
    public ScriptedClient stranger(int number) {
        ScriptedClient client = new ScriptedClient(node(number).channel());
        clients.add(client);
        return client;
    }

    @Override
    public void close() {
        clients.forEach(ScriptedClient::close);
        nodes.values().forEach(LoopbackNode::close);
        shard.close();
    }

    private ControlState control() {
        ControlState.Builder state = ControlState.newBuilder().setVersion(1).setClusterId(LoopbackNode.CLUSTER_ID);
        ShardPlacement.Builder placement = ShardPlacement.newBuilder().setShard(0);
        nodes.values().forEach(node -> {
            state.addNodes(NodeRecord.newBuilder()
                    .setNode(node.id().value())
                    .setRegion("us")
                    .setZone("a")
                    .setPeerAddress(node.peerAddress()));
            if (placement.getVotersCount() < replicas) {
                placement.addVoters(node.id().value());
            }
        });
        NamespaceSpec spec = NamespaceSpec.newBuilder()
                .setName("default")
                .setShards(1)
                .setHomeRegion("us")
                .setMessageBytesMax(MESSAGE_BYTES_MAX)
                .build();
        return state.addNamespaces(Namespace.newBuilder().setSpec(spec).addPlacements(placement))
                .build();
    }
}
