package dev.skein.server.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.ReplicaStatus;
import dev.skein.proto.admin.v1.ShardPlacement;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.admin.v1.SurvivalGoal;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.proto.gossip.v1.ReplicaSummary;
import dev.skein.proto.gossip.v1.ShardLed;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.router.RouterNode.MemberState;
import dev.skein.router.RouterNode.MemberView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusReportTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final String GROUP = "default/0";

    private final Map<String, MemberRecord.Builder> records = new LinkedHashMap<>();
    private final Map<String, MemberState> states = new LinkedHashMap<>();

    StatusReportTest() {
        for (String region : REGIONS) {
            String node = region + "-a";
            records.put(
                    node,
                    MemberRecord.newBuilder().setNode(node).setRegion(region).setZone("a"));
            states.put(node, MemberState.ALIVE);
        }
        replica("us-a", "leader", 7, 100);
        replica("eu-a", "follower", 7, 100);
        replica("ap-a", "follower", 7, 100);
    }

    @Test
    void aSoundClusterMeetsItsGoal() {
        NamespaceStatus status = namespace(true);

        assertTrue(status.getGoalMet());
        assertEquals(1, status.getShardsLed());
        assertEquals(1, status.getShardsLedAtHome());
        assertEquals("us-a", status.getShardStatus(0).getLeader());
        assertEquals(7, status.getShardStatus(0).getTerm());
    }

    @Test
    void aLeaderAwayFromHomeIsCountedAsSuch() {
        replica("us-a", "follower", 8, 100);
        replica("eu-a", "leader", 8, 100);

        NamespaceStatus status = namespace(false);

        assertEquals(1, status.getShardsLed());
        assertEquals(0, status.getShardsLedAtHome());
    }

    @Test
    void ofTwoLeadersTheOneWithTheHigherTermCounts() {
        replica("eu-a", "leader", 8, 100);

        assertEquals("eu-a", namespace(true).getShardStatus(0).getLeader());
    }

    @Test
    void aDeadNodesWordCountsForNothing() {
        states.put("us-a", MemberState.DEAD);

        NamespaceStatus status = namespace(false);

        assertEquals(0, status.getShardsLed());
        assertFalse(status.getGoalMet());
        assertEquals("down", replicaOf(status.getShardStatus(0), "us-a").getRole());
    }

    @Test
    void shardsWithoutALeaderAreShownUnasked() {
        assertEquals(0, namespace(false).getShardStatusCount());

        replica("us-a", "follower", 7, 100);

        assertEquals(1, namespace(false).getShardStatusCount());
    }

    @Test
    void aSuspectNodeDoesNotCount() {
        states.put("ap-a", MemberState.SUSPECT);

        assertFalse(namespace(false).getGoalMet());
    }

    @Test
    void aQuarantinedNodeDoesNotCount() {
        records.get("ap-a").setQuarantined("lost its log");

        assertFalse(namespace(false).getGoalMet());
        assertEquals("lost its log", node("ap-a").getQuarantined());
    }

    @Test
    void aFencedReplicaDoesNotCount() {
        records.get("ap-a")
                .clearReplicas()
                .addReplicas(summary("fenced", 7, 100).setFenced("digests differ"));

        assertFalse(namespace(false).getGoalMet());
        assertEquals(
                "digests differ",
                replicaOf(namespace(true).getShardStatus(0), "ap-a").getFenced());
        assertEquals(1, namespace(false).getShardStatusCount(), "a shard in trouble is always shown");
    }

    @Test
    void aReplicaThatDoesNotVoteDoesNotCountForItsNodesVote() {
        replica("ap-a", "learner", 7, 100);

        assertFalse(namespace(false).getGoalMet());
    }

    @Test
    void whatScrubbingFoundIsSaidOfTheNode() {
        records.get("ap-a").setScrub("rot: 2 found, 2 mended");

        assertTrue(namespace(false).getGoalMet());
        assertEquals("rot: 2 found, 2 mended", node("ap-a").getScrub());
    }

    @Test
    void aReplicaFarBehindDoesNotCount() {
        replica("us-a", "leader", 7, 100 + Snapshot.CAUGHT_UP_ENTRIES);
        assertTrue(namespace(false).getGoalMet());

        replica("us-a", "leader", 7, 101 + Snapshot.CAUGHT_UP_ENTRIES);

        assertFalse(namespace(false).getGoalMet());
        assertEquals(
                1 + Snapshot.CAUGHT_UP_ENTRIES,
                replicaOf(namespace(true).getShardStatus(0), "ap-a").getLag());
    }

    @Test
    void theVotersInForceCountAndNotThePlannedOnes() {
        records.get("us-a")
                .clearReplicas()
                .addReplicas(summary("leader", 7, 100).addVoters("us-a"));

        NamespaceStatus status = namespace(true);

        assertEquals("would not survive losing us now: shard 0 would keep 0 of its 1 voters", status.getGoalText());
        assertFalse(replicaOf(status.getShardStatus(0), "eu-a").getVoter());
    }

    @Test
    void aReplicaThatNobodyPlannedIsShown() {
        records.put(
                "us-b",
                MemberRecord.newBuilder().setNode("us-b").setRegion("us").setZone("b"));
        states.put("us-b", MemberState.ALIVE);
        replica("us-b", "learner", 7, 50);

        ReplicaStatus extra = replicaOf(namespace(true).getShardStatus(0), "us-b");

        assertFalse(extra.getVoter());
        assertEquals("learner", extra.getRole());
    }

    @Test
    void aNodeThatGossipHasNotHeardOfIsShownAsUnknown() {
        records.remove("ap-a");

        assertEquals("unknown", node("ap-a").getState());
        assertEquals("ap", node("ap-a").getRegion());
        assertFalse(namespace(false).getGoalMet());
    }

    @Test
    void routersOfTheirOwnAreNoNodes() {
        records.put(
                "edge",
                MemberRecord.newBuilder().setNode("edge").setRegion("us").setRouterOnly(true));
        states.put("edge", MemberState.ALIVE);

        assertEquals(
                List.of("ap-a", "eu-a", "us-a"),
                report().nodes().stream().map(NodeStatus::getNode).toList());
    }

    @Test
    void theControlGroupIsNoShard() {
        records.get("us-a")
                .addShardsLed(ShardLed.newBuilder().setGroup("control/0").setTerm(3))
                .addShardsLed(ShardLed.newBuilder().setGroup(GROUP).setTerm(7))
                .addReplicas(ReplicaSummary.newBuilder()
                        .setGroup("control/0")
                        .setRole("leader")
                        .setTerm(3));

        ShardStatus control = report().control(List.of("us-a", "eu-a"));

        assertEquals(1, node("us-a").getShardsLed());
        assertEquals("us-a", control.getLeader());
        assertEquals("down", replicaOf(control, "eu-a").getRole());
    }

    private void replica(String node, String role, long term, long index) {
        records.get(node).clearReplicas().addReplicas(summary(role, term, index));
    }

    private static ReplicaSummary.Builder summary(String role, long term, long index) {
        return ReplicaSummary.newBuilder()
                .setGroup(GROUP)
                .setRole(role)
                .setTerm(term)
                .setLastIndex(index)
                .setCommittedIndex(index)
                .setAppliedIndex(index);
    }

    private NamespaceStatus namespace(boolean everyShard) {
        return report().namespaces(everyShard).get(0);
    }

    private NodeStatus node(String name) {
        return report().nodes().stream()
                .filter(node -> node.getNode().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ReplicaStatus replicaOf(ShardStatus shard, String node) {
        return shard.getReplicasList().stream()
                .filter(replica -> replica.getNode().equals(node))
                .findFirst()
                .orElseThrow();
    }

    private StatusReport report() {
        List<MemberView> members = new ArrayList<>();
        records.forEach((node, record) -> members.add(new MemberView(record.build(), states.get(node), 0)));
        MemberRecord self = records.get("eu-a").build();
        return new StatusReport(new Snapshot(control(), members, self), REGIONS, "control/0");
    }

    private static ControlState control() {
        ControlState.Builder state = ControlState.newBuilder();
        for (String region : REGIONS) {
            state.addNodes(NodeRecord.newBuilder()
                    .setNode(region + "-a")
                    .setRegion(region)
                    .setZone("a"));
        }
        return state.addNamespaces(Namespace.newBuilder()
                        .setSpec(NamespaceSpec.newBuilder()
                                .setName("default")
                                .setShards(1)
                                .setSurvivalGoal(SurvivalGoal.SURVIVAL_GOAL_REGION)
                                .setHomeRegion("us"))
                        .addPlacements(ShardPlacement.newBuilder()
                                .addVoters("us-a")
                                .addVoters("eu-a")
                                .addVoters("ap-a")))
                .build();
    }
}
