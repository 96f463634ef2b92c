package dev.skein.replication.control;

import dev.skein.proto.admin.v1.SurvivalGoal;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * How the control group begins: a pure function of the founding members, so that every node computes the same without asking.
 *
 * @param state the founding state
 * @param voters the group's voters
 * @param learners every other founding member
 */
public record ControlBirth(ControlState state, List<NodeRecord> voters, List<NodeRecord> learners) {

    public ControlBirth {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
    }

    /** The beginning of a cluster. */
    public static ControlBirth of(String clusterId, List<NodeRecord> founders, List<String> regionOrder) {
        List<NodeRecord> nodes = founders.stream()
                .map(node -> node.toBuilder()
                        .setStorageIncarnation(1)
                        .clearStorageId()
                        .build())
                .toList();
        List<NodeRecord> voters = voters(nodes, regionOrder);
        List<NodeRecord> learners = new ArrayList<>(nodes);
        learners.removeAll(voters);
        ControlState state = ControlState.newBuilder()
                .setClusterId(clusterId)
                .addAllNodes(nodes)
                .build();
        return new ControlBirth(state, voters, learners);
    }

    // As wide as the nodes allow: over regions, else over zones, else any odd number of nodes.
    private static List<NodeRecord> voters(List<NodeRecord> nodes, List<String> regionOrder) {
        Placement placement = new Placement(nodes, regionOrder);
        String home = placement.regions().get(0);
        for (SurvivalGoal goal : List.of(SurvivalGoal.SURVIVAL_GOAL_REGION, SurvivalGoal.SURVIVAL_GOAL_ZONE)) {
            try {
                return placement.place(0, goal, home, 0).voters();
            } catch (Placement.UnmetGoalException tooFewNodes) {
                // The next narrower goal.
            }
        }
        return nodes.subList(0, Math.min(5, nodes.size() - 1 + nodes.size() % 2));
    }

    /** Members as {@code node:incarnation}. */
    public static List<String> members(List<NodeRecord> nodes) {
        return nodes.stream().map(ShardPlacer::member).toList();
    }
}
