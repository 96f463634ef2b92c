package dev.skein.server.locate;

import dev.skein.core.ChannelName;
import dev.skein.core.Limits;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.EdgeOptions;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.Presence;
import dev.skein.proto.admin.v1.ShardPlacement;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.server.locate.NamespaceFacts.Placement;
import dev.skein.wire.ChannelHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The control state as this node knows it, arranged for look-ups. Thread-safe: readers get one immutable snapshot. */
public final class ShardMap {

    private volatile Snapshot now = new Snapshot(false, Map.of(), Map.of(), Map.of(), Map.of());

    /** Takes over a newer control state. */
    public void update(ControlState state) {
        Map<String, NamespaceFacts> namespaces = new HashMap<>();
        state.getNamespacesList().forEach(each -> namespaces.put(each.getSpec().getName(), facts(each)));
        // In order, so that whoever goes through them does the same in every run.
        Map<NodeId, NodeRecord> nodes = new TreeMap<>();
        state.getNodesList().forEach(each -> nodes.put(new NodeId(each.getNode()), each));
        Map<String, Presence> presence = new HashMap<>();
        state.getNamespacesList().stream()
                .map(Namespace::getSpec)
                .filter(spec -> spec.getPresence().getEnabled())
                .forEach(spec -> presence.put(spec.getName(), spec.getPresence()));
        Map<String, EdgeOptions> edge = new HashMap<>();
        state.getNamespacesList().stream()
                .map(Namespace::getSpec)
                .filter(NamespaceSpec::hasEdge)
                .forEach(spec -> edge.put(spec.getName(), spec.getEdge()));
        now = new Snapshot(
                state.getVersion() > 0,
                Map.copyOf(namespaces),
                Collections.unmodifiableMap(nodes),
                Map.copyOf(presence),
                Map.copyOf(edge));
    }

    /** Whether any control state has arrived; before that nothing can be said about namespaces. */
    public boolean known() {
        return now.known;
    }

    /** A namespace, if it exists. */
    public Optional<NamespaceFacts> namespace(String name) {
        return Optional.ofNullable(now.namespaces.get(name));
    }

    /** How a namespace keeps presence; empty when it exists without, or not at all. */
    public Optional<Presence> presence(String namespace) {
        return Optional.ofNullable(now.presence.get(namespace));
    }

    /** What clients of the edge may do in a namespace; nothing but defaults when it says nothing, or doesn't exist. */
    public EdgeOptions edge(String namespace) {
        return now.edge.getOrDefault(namespace, EdgeOptions.getDefaultInstance());
    }

    /** The shard of a channel, if its namespace exists. */
    public Optional<ShardId> shardOf(ChannelName channel) {
        return namespace(channel.namespace())
                .map(facts -> new ShardId(channel.namespace(), ChannelHash.shardOf(channel.full(), facts.shards())));
    }

    /** Nodes that should hold a replica of the shard, voters first. */
    public List<NodeId> replicas(ShardId shard) {
        Placement placement = placement(shard);
        return Stream.concat(placement.voters().stream(), placement.learners().stream())
                .toList();
    }

    /** All members. */
    public Set<NodeId> members() {
        return now.nodes.keySet();
    }

    /** A node's record, if it is a member. */
    public Optional<NodeRecord> node(NodeId node) {
        return Optional.ofNullable(now.nodes.get(node));
    }

    private Placement placement(ShardId shard) {
        NamespaceFacts facts = now.namespaces.get(shard.namespace());
        return facts == null || shard.number() >= facts.placements().size()
                ? Placement.NONE
                : facts.placements().get(shard.number());
    }

    private static NamespaceFacts facts(Namespace namespace) {
        var spec = namespace.getSpec();
        int shards = spec.getShards() == 0 ? Limits.SHARDS_DEFAULT : spec.getShards();
        long bytesMax = spec.getMessageBytesMax() == 0 ? Limits.MESSAGE_BYTES_DEFAULT : spec.getMessageBytesMax();
        return new NamespaceFacts(
                spec.getName(), shards, spec.getHomeRegion(), bytesMax, placements(namespace, shards));
    }

    private static List<Placement> placements(Namespace namespace, int shards) {
        List<Placement> byShard = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            byShard.add(Placement.NONE);
        }
        for (ShardPlacement each : namespace.getPlacementsList()) {
            if (each.getShard() < shards) {
                byShard.set(each.getShard(), new Placement(ids(each.getVotersList()), ids(each.getLearnersList())));
            }
        }
        return byShard;
    }

    private static List<NodeId> ids(List<String> names) {
        return names.stream().map(NodeId::new).toList();
    }

    private record Snapshot(
            boolean known,
            Map<String, NamespaceFacts> namespaces,
            Map<NodeId, NodeRecord> nodes,
            Map<String, Presence> presence,
            Map<String, EdgeOptions> edge) {}
}
