package dev.skein.replication.control;

import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.ShardPlacement;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.NodeRecord;
import java.util.List;

/** Writes a namespace's placements: where each shard should be, and where it was born. */
final class ShardPlacer {

    private final Placement placement;

    ShardPlacer(List<NodeRecord> nodes, List<String> regionOrder) {
        this.placement = new Placement(nodes, regionOrder);
    }

    /**
     * Places every shard of the namespace.
     *
     * @param birth the shards are new: the placement is also their first configuration
     */
    void place(Namespace.Builder namespace, boolean birth) throws ControlMachine.Refusal {
        NamespaceSpec spec = namespace.getSpec();
        for (int shard = 0; shard < spec.getShards(); shard++) {
            ShardPlacement.Builder placed =
                    birth ? ShardPlacement.newBuilder() : namespace.getPlacements(shard).toBuilder();
            place(placed.setShard(shard), spec, birth);
            if (birth) {
                namespace.addPlacements(placed);
            } else {
                namespace.setPlacements(shard, placed);
            }
        }
    }

    private void place(ShardPlacement.Builder placed, NamespaceSpec spec, boolean birth) throws ControlMachine.Refusal {
        Placement.Replicas replicas;
        try {
            replicas =
                    placement.place(placed.getShard(), spec.getSurvivalGoal(), spec.getHomeRegion(), spec.getVoters());
        } catch (Placement.UnmetGoalException unmet) {
            throw ControlMachine.refuse(Reason.REASON_SURVIVAL_GOAL_UNMET, String.valueOf(unmet.getMessage()));
        }
        placed.clearVoters().clearLearners();
        replicas.voters().forEach(node -> placed.addVoters(node.getNode()));
        replicas.learners().forEach(node -> placed.addLearners(node.getNode()));
        if (birth) {
            replicas.voters().forEach(node -> placed.addBirthVoters(member(node)));
            replicas.learners().forEach(node -> placed.addBirthLearners(member(node)));
        }
    }

    /** A node's Raft identity, {@code node:storage incarnation}. */
    static String member(NodeRecord node) {
        return node.getNode() + ":" + node.getStorageIncarnation();
    }
}
