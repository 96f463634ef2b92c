package dev.skein.replication.host;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.FsyncMode;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.ShardPlacement;
import dev.skein.proto.admin.v1.SurvivalGoal;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.group.ShardDirective;
import dev.skein.replication.raft.Members;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a control state means for one node: which shards it hosts, and what it is to tell each of them. Immutable.
 */
final class ShardPlan {

    /** Nothing is known yet. */
    static final ShardPlan EMPTY = new ShardPlan(ControlState.getDefaultInstance());

    private final Map<String, NodeRecord> nodes = new HashMap<>();
    private final Set<String> draining;
    private final TreeMap<ShardId, Placed> shards = new TreeMap<>();

    ShardPlan(ControlState state) {
        state.getNodesList().forEach(node -> nodes.put(node.getNode(), node));
        draining = new HashSet<>(state.getDrainingList());
        for (Namespace namespace : state.getNamespacesList()) {
            for (ShardPlacement placement : namespace.getPlacementsList()) {
                ShardId shard = new ShardId(namespace.getSpec().getName(), placement.getShard());
                shards.put(shard, new Placed(namespace, placement));
            }
        }
    }

    /** Every shard of the cluster. */
    Map<ShardId, Placed> shards() {
        return shards;
    }

    Optional<Placed> shard(ShardId shard) {
        return Optional.ofNullable(shards.get(shard));
    }

    Optional<NodeRecord> node(String node) {
        return Optional.ofNullable(nodes.get(node));
    }

    /** Every registered node but this one. */
    List<NodeId> others(NodeId self) {
        return nodes.keySet().stream()
                .map(NodeId::new)
                .filter(node -> !node.equals(self))
                .toList();
    }

    /** Whether a shard has, or should have, a replica on the node. */
    boolean isPlacedOn(Placed placed, String node) {
        return placed.placement().getVotersList().contains(node)
                || placed.placement().getLearnersList().contains(node);
    }

    /**
     * What to tell a shard's replica.
     *
     * @param choice of the voter that should lead
     * @param selfMayStay whether this node may keep leaderships that another node could have
     */
    ShardDirective directive(Placed placed, LeaderChoice choice, boolean selfMayStay) {
        return new ShardDirective(
                policy(placed.namespace()),
                members(placed.placement().getVotersList()),
                members(placed.placement().getLearnersList()),
                // The voters' order is the order of preference: home region first.
                choice.wanted(placed.placement().getVotersList(), draining, selfMayStay));
    }

    /** The voters that are known, in the order of preference. */
    List<NodeRecord> voters(Placed placed) {
        return placed.placement().getVotersList().stream()
                .map(nodes::get)
                .filter(voter -> voter != null)
                .toList();
    }

    /** The other voters, in the order of preference. */
    List<NodeId> heirs(Placed placed, NodeId self) {
        return placed.placement().getVotersList().stream()
                .map(NodeId::new)
                .filter(node -> !node.equals(self))
                .toList();
    }

    private List<String> members(List<String> names) {
        return names.stream()
                .map(nodes::get)
                .filter(node -> node != null)
                .map(node -> Members.text(new NodeId(node.getNode()), node.getStorageIncarnation()))
                .toList();
    }

    private static ShardPolicy policy(Namespace namespace) {
        ShardPolicy.Builder policy = ShardPolicy.newBuilder();
        if (namespace.getSpec().hasPresence()) {
            policy.setPresence(namespace.getSpec().getPresence());
        }
        return policy.setVersion(namespace.getVersion())
                .setEpoch(namespace.getEpoch())
                .setRetention(namespace.getSpec().getRetention())
                .setDedupWindowMs(namespace.getSpec().getDedupWindowMs())
                .build();
    }

    /** A shard's place. */
    record Placed(Namespace namespace, ShardPlacement placement) {

        private NamespaceSpec spec() {
            return namespace.getSpec();
        }

        boolean spansRegions() {
            return spec().getSurvivalGoal() == SurvivalGoal.SURVIVAL_GOAL_REGION;
        }

        boolean syncsEveryAppend() {
            return spec().getFsync() != FsyncMode.FSYNC_MODE_INTERVAL;
        }

        /** Whether this identity was in the shard's first configuration. */
        boolean isBornWith(String member) {
            return placement.getBirthVotersList().contains(member)
                    || placement.getBirthLearnersList().contains(member);
        }
    }
}
