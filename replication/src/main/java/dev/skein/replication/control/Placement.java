package dev.skein.replication.control;

import dev.skein.proto.admin.v1.SurvivalGoal;
import dev.skein.proto.replication.v1.NodeRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a shard's replicas go. A pure function of the nodes, so that every replica of the control group computes the same.
 *
 * <p>REGION: with five voters two in the home region (two zones), two in the next region, one in a third; with three voters one in
 * each of three regions. ZONE: three voters in three zones of the home region. Every region that has no voter gets a learner, so
 * that subscribers everywhere read from nearby. Neighbouring shards start at different nodes, which spreads leaders.
 */
public final class Placement {

    private final Map<String, List<NodeRecord>> nodesByRegion = new LinkedHashMap<>();

    /**
     * Prepares placement on these nodes.
     *
     * @param nodes members that may hold replicas
     * @param regionOrder regions in the configuration's order; nodes of other regions follow in the order they appear
     */
    public Placement(List<NodeRecord> nodes, List<String> regionOrder) {
        regionOrder.forEach(region -> nodesByRegion.put(region, new ArrayList<>()));
        nodes.forEach(node -> nodesByRegion
                .computeIfAbsent(node.getRegion(), region -> new ArrayList<>())
                .add(node));
        nodesByRegion.values().removeIf(List::isEmpty);
        nodesByRegion.values().forEach(Placement::orderByZoneInTurn);
    }

    /** Regions that have nodes, in order. */
    public List<String> regions() {
        return List.copyOf(nodesByRegion.keySet());
    }

    /**
     * Places one shard.
     *
     * @param shard the shard's number
     * @param goal what its messages must outlive
     * @param home its home region
     * @param voters 3, 5, or 0 for as many as the nodes allow
     * @throws UnmetGoalException when the nodes can't meet the goal
     */
    public Replicas place(int shard, SurvivalGoal goal, String home, int voters) {
        if (!nodesByRegion.containsKey(home)) {
            throw new UnmetGoalException("homeRegion: " + home + " (expected: one of " + regions() + ")");
        }
        List<NodeRecord> chosen =
                goal == SurvivalGoal.SURVIVAL_GOAL_ZONE ? zoneVoters(shard, home) : regionVoters(shard, home, voters);
        return new Replicas(chosen, learners(shard, chosen));
    }

    private List<NodeRecord> zoneVoters(int shard, String home) {
        List<NodeRecord> chosen = inDistinctZones(home, shard, 3);
        if (chosen.size() < 3) {
            throw new UnmetGoalException("survivalGoal: ZONE in " + home
                    + " (expected: nodes in 3 zones of the home region," + " found " + chosen.size() + ")");
        }
        return chosen;
    }

    private List<NodeRecord> regionVoters(int shard, String home, int voters) {
        List<String> ring = ringFrom(home);
        if (ring.size() < 3) {
            throw new UnmetGoalException(
                    "survivalGoal: REGION (expected: nodes in 3 regions, found " + ring.size() + ")");
        }
        boolean roomForFive = inDistinctZones(home, shard, 2).size() == 2
                && inDistinctZones(ring.get(1), shard, 2).size() == 2;
        if (voters == 5 && !roomForFive) {
            throw new UnmetGoalException(
                    "voters: 5 (expected: two zones with nodes in " + home + " and in " + ring.get(1) + ")");
        }
        int perRegion = voters != 3 && roomForFive ? 2 : 1;
        List<NodeRecord> chosen = new ArrayList<>(inDistinctZones(home, shard, perRegion));
        chosen.addAll(inDistinctZones(ring.get(1), shard, perRegion));
        chosen.addAll(inDistinctZones(ring.get(2), shard, 1));
        return chosen;
    }

    private List<NodeRecord> learners(int shard, List<NodeRecord> voters) {
        Set<String> served = new HashSet<>();
        voters.forEach(voter -> served.add(voter.getRegion()));
        List<NodeRecord> learners = new ArrayList<>();
        for (String region : nodesByRegion.keySet()) {
            if (!served.contains(region)) {
                learners.addAll(inDistinctZones(region, shard, 1));
            }
        }
        return learners;
    }

    private List<String> ringFrom(String home) {
        List<String> regions = regions();
        int start = regions.indexOf(home);
        List<String> ring = new ArrayList<>(regions.subList(start, regions.size()));
        ring.addAll(regions.subList(0, start));
        return ring;
    }

    private List<NodeRecord> inDistinctZones(String region, int offset, int wanted) {
        List<NodeRecord> nodes = nodesByRegion.get(region);
        List<NodeRecord> chosen = new ArrayList<>();
        Set<String> zones = new HashSet<>();
        for (int i = 0; i < nodes.size() && chosen.size() < wanted; i++) {
            NodeRecord node = nodes.get((i + offset) % nodes.size());
            if (zones.add(node.getZone())) {
                chosen.add(node);
            }
        }
        return chosen;
    }

    // One node of each zone, then the second of each, so that neighbours in the list are in different zones.
    private static void orderByZoneInTurn(List<NodeRecord> nodes) {
        nodes.sort(Comparator.comparing(NodeRecord::getNode));
        Map<String, Integer> seen = new LinkedHashMap<>();
        Map<String, Integer> turn = new LinkedHashMap<>();
        nodes.forEach(node -> turn.put(node.getNode(), seen.merge(node.getZone(), 1, Integer::sum)));
        nodes.sort(Comparator.comparing((NodeRecord node) -> turn.get(node.getNode()))
                .thenComparing(NodeRecord::getZone)
                .thenComparing(NodeRecord::getNode));
    }

    /**
     * A shard's replicas.
     *
     * @param voters the preferred leader first
     * @param learners replicas that don't count for the quorum
     */
    public record Replicas(List<NodeRecord> voters, List<NodeRecord> learners) {

        public Replicas {
            voters = List.copyOf(voters);
            learners = List.copyOf(learners);
        }
    }

    /** The present nodes can't meet the goal; the message says what is missing. */
    public static final class UnmetGoalException extends RuntimeException {

        private static final long serialVersionUID = 1;

        UnmetGoalException(String message) {
            super(message);
        }
    }
}
