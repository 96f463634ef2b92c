package dev.skein.replication.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.ShardPlacement;
import dev.skein.proto.admin.v1.SurvivalGoal;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.RegisterNode;
import dev.skein.proto.replication.v1.RemoveNode;
import dev.skein.proto.replication.v1.SetDraining;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlMachineTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final ByteString FIRST_DISK = ByteString.copyFromUtf8("disk 1");
    private static final ByteString SECOND_DISK = ByteString.copyFromUtf8("disk 2");

    private final ControlMachine machine = newMachine();
    private long index;

    @Test
    void aNamespaceGetsDefaultsAnEpochAndABirthConfiguration() {
        assertNull(create(NamespaceSpec.newBuilder().setName("chat")));

        Namespace chat = machine.state().getNamespaces(0);
        ShardPlacement shard = chat.getPlacements(23);
        assertEquals(24, chat.getPlacementsCount());
        assertEquals(SurvivalGoal.SURVIVAL_GOAL_REGION, chat.getSpec().getSurvivalGoal());
        assertEquals("us", chat.getSpec().getHomeRegion());
        assertEquals(600_000, chat.getSpec().getDedupWindowMs());
        assertNotEquals(0, chat.getEpoch());
        assertEquals(shard.getVotersList().stream().map(node -> node + ":1").toList(), shard.getBirthVotersList());
    }

    @Test
    void badPoliciesAreRefusedNamingTheField() {
        assertRefused(
                Reason.REASON_INVALID_ARGUMENT,
                create(NamespaceSpec.newBuilder().setName("Chat")));
        assertRefused(
                Reason.REASON_INVALID_ARGUMENT,
                create(NamespaceSpec.newBuilder().setName("chat").setShards(5_000)));
        assertRefused(
                Reason.REASON_INVALID_ARGUMENT,
                create(NamespaceSpec.newBuilder().setName("chat").setVoters(4)));
        assertRefused(
                Reason.REASON_SURVIVAL_GOAL_UNMET,
                create(NamespaceSpec.newBuilder().setName("chat").setHomeRegion("mars")));
        assertEquals(0, machine.state().getNamespacesCount());

        assertNull(create(NamespaceSpec.newBuilder().setName("chat")));
        assertRefused(
                Reason.REASON_ALREADY_EXISTS, create(NamespaceSpec.newBuilder().setName("chat")));
    }

    @Test
    void alteringTheGoalMovesVotersButNeverTheBirthConfiguration() {
        create(NamespaceSpec.newBuilder().setName("chat").setShards(2));
        ShardPlacement before = machine.state().getNamespaces(0).getPlacements(0);

        assertNull(alter(AlterNamespaceRequest.newBuilder()
                .setName("chat")
                .setSurvivalGoal(SurvivalGoal.SURVIVAL_GOAL_ZONE)
                .setHomeRegion("eu")));

        Namespace chat = machine.state().getNamespaces(0);
        assertEquals(2, chat.getVersion());
        assertEquals(List.of("eu-a", "eu-b", "eu-c"), chat.getPlacements(0).getVotersList());
        assertEquals(before.getBirthVotersList(), chat.getPlacements(0).getBirthVotersList());
        assertRefused(
                Reason.REASON_UNKNOWN_NAMESPACE,
                alter(AlterNamespaceRequest.newBuilder().setName("nobody")));
    }

    @Test
    void policiesOfLaterVersionsAreRefused() {
        create(NamespaceSpec.newBuilder().setName("chat").setShards(2));
        AlterNamespaceRequest.Builder goal =
                AlterNamespaceRequest.newBuilder().setName("chat").setSurvivalGoalValue(9);
        assertRefused(Reason.REASON_INVALID_ARGUMENT, alter(goal));
        AlterNamespaceRequest.Builder fsync =
                AlterNamespaceRequest.newBuilder().setName("chat").setFsyncValue(9);
        assertRefused(Reason.REASON_INVALID_ARGUMENT, alter(fsync));
    }

    @Test
    void aWipedNodeGetsTheNextIncarnationAndARestartedOneKeepsIts() {
        register("us-a", FIRST_DISK, 1);
        assertEquals(1, incarnation("us-a"));
        register("us-a", FIRST_DISK, 1);
        assertEquals(1, incarnation("us-a"));

        register("us-a", SECOND_DISK, 0);
        long second = incarnation("us-a");
        assertEquals(index + 1, second);
        register("us-a", SECOND_DISK, second);
        assertEquals(second, incarnation("us-a"));
    }

    @Test
    void aNodeThatWasRemovedComesBackUnderAnIncarnationItNeverHad() {
        register("us-a", FIRST_DISK, 1);
        assertNull(apply(ControlCommand.newBuilder()
                .setRemoveNode(RemoveNode.newBuilder().setNode("us-a"))));

        register("us-a", SECOND_DISK, 0);

        assertTrue(incarnation("us-a") > 1);
    }

    @Test
    void alteringRetentionMovesNothing() {
        create(NamespaceSpec.newBuilder().setName("chat").setShards(2));
        register("us-d", FIRST_DISK, 0);
        List<ShardPlacement> before = machine.state().getNamespaces(0).getPlacementsList();

        assertNull(alter(AlterNamespaceRequest.newBuilder().setName("chat").setDedupWindowMs(1_000)));

        assertEquals(before, machine.state().getNamespaces(0).getPlacementsList());
    }

    @Test
    void aFounderThatSpokeNeverBeforeButFoundAClusterGetsANewIncarnation() {
        register("us-a", FIRST_DISK, 0);

        assertEquals(index + 1, incarnation("us-a"));
    }

    @Test
    void aNodeCannotChangeItsPlace() {
        NodeRecord moved =
                PlacementTest.nodes("us/a").get(0).toBuilder().setZone("z").build();

        assertRefused(
                Reason.REASON_ALREADY_EXISTS,
                apply(ControlCommand.newBuilder()
                        .setRegisterNode(RegisterNode.newBuilder().setNode(moved))));
    }

    @Test
    void aNodeWithReplicasCannotBeRemoved() {
        create(NamespaceSpec.newBuilder().setName("chat"));

        assertRefused(
                Reason.REASON_SURVIVAL_GOAL_UNMET,
                apply(ControlCommand.newBuilder()
                        .setRemoveNode(RemoveNode.newBuilder().setNode("us-a"))));
        assertRefused(
                Reason.REASON_NOT_FOUND,
                apply(ControlCommand.newBuilder()
                        .setRemoveNode(RemoveNode.newBuilder().setNode("us-z"))));
    }

    @Test
    void drainingIsSetOnceAndTakenBack() {
        drain("us-a", true);
        drain("us-a", true);
        assertEquals(List.of("us-a"), machine.state().getDrainingList());

        drain("us-a", false);
        assertEquals(List.of(), machine.state().getDrainingList());
    }

    @Test
    void replicasThatApplyTheSameCommandsAreEqual() {
        ControlMachine other = newMachine();
        ControlCommand create = ControlCommand.newBuilder()
                .setCommandId(42)
                .setTimeMs(1_000)
                .setCreateNamespace(NamespaceSpec.newBuilder().setName("chat"))
                .build();

        machine.apply(1, create);
        other.apply(1, create);

        assertEquals(machine.state(), other.state());
    }

    private static ControlMachine newMachine() {
        List<NodeRecord> nodes =
                PlacementTest.nodes("us/a", "us/b", "us/c", "eu/a", "eu/b", "eu/c", "ap/a", "ap/b", "ap/c");
        return new ControlMachine(ControlBirth.of("test", nodes, REGIONS).state(), REGIONS);
    }

    private Error create(NamespaceSpec.Builder spec) {
        return apply(ControlCommand.newBuilder().setCommandId(7).setCreateNamespace(spec));
    }

    private Error alter(AlterNamespaceRequest.Builder change) {
        return apply(ControlCommand.newBuilder().setAlterNamespace(change));
    }

    private void register(String node, ByteString disk, long incarnation) {
        String place = node.replace('-', '/');
        NodeRecord record = PlacementTest.nodes(place).get(0).toBuilder()
                .setStorageId(disk)
                .setStorageIncarnation(incarnation)
                .build();
        assertNull(apply(ControlCommand.newBuilder()
                .setRegisterNode(RegisterNode.newBuilder().setNode(record))));
    }

    private void drain(String node, boolean on) {
        assertNull(apply(ControlCommand.newBuilder()
                .setSetDraining(SetDraining.newBuilder().setNode(node).setDraining(on))));
    }

    private Error apply(ControlCommand.Builder command) {
        return machine.apply(++index, command.build());
    }

    private long incarnation(String node) {
        return machine.state().getNodesList().stream()
                .filter(record -> record.getNode().equals(node))
                .findFirst()
                .orElseThrow()
                .getStorageIncarnation();
    }

    private static void assertRefused(Reason reason, Error error) {
        assertNotNull(error);
        assertEquals(reason, error.getReason(), error.getText());
    }
}
