package dev.skein.replication.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.admin.v1.SurvivalGoal;
import dev.skein.proto.replication.v1.NodeRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlacementTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");

    @Test
    void regionGoalPutsTwoVotersAtHomeTwoNextAndOneInTheThird() {
        Placement.Replicas replicas = nineNodes().place(0, SurvivalGoal.SURVIVAL_GOAL_REGION, "eu", 0);

        assertEquals(Map.of("eu", 2L, "ap", 2L, "us", 1L), byRegion(replicas.voters()));
        assertEquals("eu", replicas.voters().get(0).getRegion());
        assertEquals(List.of(), replicas.learners());
        assertEquals(
                5,
                replicas.voters().stream()
                        .map(node -> node.getRegion() + node.getZone())
                        .distinct()
                        .count());
    }

    @Test
    void regionGoalWithOneNodeARegionHasThreeVoters() {
        Placement placement = new Placement(nodes("us/a", "eu/a", "ap/a"), REGIONS);

        Placement.Replicas replicas = placement.place(7, SurvivalGoal.SURVIVAL_GOAL_REGION, "us", 0);

        assertEquals(Map.of("us", 1L, "eu", 1L, "ap", 1L), byRegion(replicas.voters()));
    }

    @Test
    void zoneGoalKeepsVotersAtHomeAndLearnersElsewhere() {
        Placement.Replicas replicas = nineNodes().place(3, SurvivalGoal.SURVIVAL_GOAL_ZONE, "ap", 0);

        assertEquals(Map.of("ap", 3L), byRegion(replicas.voters()));
        assertEquals(Map.of("us", 1L, "eu", 1L), byRegion(replicas.learners()));
    }

    @Test
    void preferredLeadersAreSpreadOverTheHomeRegion() {
        Placement placement = nineNodes();
        Map<String, Integer> leaders = new HashMap<>();

        for (int shard = 0; shard < 24; shard++) {
            NodeRecord leader = placement
                    .place(shard, SurvivalGoal.SURVIVAL_GOAL_REGION, "us", 0)
                    .voters()
                    .get(0);
            leaders.merge(leader.getNode(), 1, Integer::sum);
        }

        assertEquals(Map.of("us-a", 8, "us-b", 8, "us-c", 8), leaders);
    }

    @Test
    void goalsThatTheNodesCannotMeetAreRefusedWithWhatIsMissing() {
        Placement twoRegions = new Placement(nodes("us/a", "us/b", "eu/a"), REGIONS);

        var region = assertThrows(
                Placement.UnmetGoalException.class,
                () -> twoRegions.place(0, SurvivalGoal.SURVIVAL_GOAL_REGION, "us", 0));
        var zone = assertThrows(
                Placement.UnmetGoalException.class,
                () -> twoRegions.place(0, SurvivalGoal.SURVIVAL_GOAL_ZONE, "us", 0));
        var home = assertThrows(
                Placement.UnmetGoalException.class,
                () -> twoRegions.place(0, SurvivalGoal.SURVIVAL_GOAL_REGION, "ap", 0));

        assertTrue(region.getMessage().contains("nodes in 3 regions, found 2"), region.getMessage());
        assertTrue(zone.getMessage().contains("3 zones of the home region, found 2"), zone.getMessage());
        assertTrue(home.getMessage().contains("homeRegion: ap (expected: one of [us, eu])"), home.getMessage());
    }

    private static Placement nineNodes() {
        return new Placement(nodes("us/a", "us/b", "us/c", "eu/a", "eu/b", "eu/c", "ap/a", "ap/b", "ap/c"), REGIONS);
    }

    static List<NodeRecord> nodes(String... places) {
        List<NodeRecord> nodes = new ArrayList<>();
        for (String place : places) {
            String[] parts = place.split("/");
            nodes.add(NodeRecord.newBuilder()
                    .setNode(parts[0] + "-" + parts[1])
                    .setRegion(parts[0])
                    .setZone(parts[1])
                    .setPeerAddress("127.0.0.1:1")
                    .setStorageIncarnation(1)
                    .build());
        }
        return nodes;
    }

    private static Map<String, Long> byRegion(List<NodeRecord> nodes) {
        return nodes.stream().collect(Collectors.groupingBy(NodeRecord::getRegion, Collectors.counting()));
    }
}
