package dev.skein.replication.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.EdgeClients;
import dev.skein.proto.admin.v1.EdgeGrant;
import dev.skein.proto.admin.v1.EdgeOptions;
import dev.skein.proto.admin.v1.EdgePayload;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.replication.group.CheckedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EdgeRulesTest {

    private static final List<String> REGIONS = List.of("us");

    private final ControlMachine machine = newMachine();
    private long index;

    @Test
    void whatIsUnsetStaysUnset() {
        assertNull(EdgeRules.problem(EdgeOptions.getDefaultInstance()));
        assertNull(create(NamespaceSpec.newBuilder().setName("chat")));
        assertFalse(machine.state().getNamespaces(0).getSpec().hasEdge());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        options().setSubscribe(EdgeClients.EDGE_CLIENTS_SUBSCRIBERS),
                        "edge.subscribe: SUBSCRIBERS (expected: ANYONE, USERS, NOBODY)"),
                Arguments.of(
                        options().setPublish(EdgeClients.EDGE_CLIENTS_OFF),
                        "edge.publish: OFF (expected: ANYONE, USERS, SUBSCRIBERS, SUBSCRIBED_USERS, NOBODY)"),
                Arguments.of(
                        options().setPresence(EdgeClients.EDGE_CLIENTS_OFF),
                        "edge.presence: OFF (expected: ANYONE, USERS, SUBSCRIBERS, SUBSCRIBED_USERS, NOBODY)"),
                Arguments.of(
                        options().setHistoryValue(77),
                        "edge.history: 77 (expected: ANYONE, USERS, SUBSCRIBERS, SUBSCRIBED_USERS, NOBODY, OFF)"),
                Arguments.of(
                        options().setPositioningValue(-1), "edge.positioning: -1 (expected: ASKED, ALWAYS, NEVER)"),
                Arguments.of(options().setRecoveryValue(9), "edge.recovery: 9 (expected: ASKED, ALWAYS, NEVER)"),
                Arguments.of(
                        options().setDifferences(EdgeGrant.EDGE_GRANT_ALWAYS),
                        "edge.differences: ALWAYS (expected: ASKED, NEVER)"),
                Arguments.of(options().setPayloadValue(4), "edge.payload: 4 (expected: ANY, JSON, JSON_OBJECT)"),
                Arguments.of(
                        options().setHistory(EdgeClients.EDGE_CLIENTS_OFF).setRecovery(EdgeGrant.EDGE_GRANT_ALWAYS),
                        "edge.recovery: ALWAYS (expected: ASKED or NEVER with edge.history OFF)"),
                Arguments.of(
                        options().setPositioning(EdgeGrant.EDGE_GRANT_NEVER),
                        "edge.positioning: NEVER (expected: ASKED or ALWAYS, unless edge.recovery is NEVER or edge.history OFF)"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(EdgeOptions.Builder options, String why) {
        assertRefused(why, create(NamespaceSpec.newBuilder().setName("chat").setEdge(options)));
        assertEquals(0, machine.state().getNamespacesCount());
    }

    @Test
    void aChangeLeavesAloneWhatItDoesNotName() {
        create(NamespaceSpec.newBuilder()
                .setName("chat")
                .setEdge(options().setPublish(EdgeClients.EDGE_CLIENTS_NOBODY).setUserLimited(true)));

        assertNull(alter(options().setHistory(EdgeClients.EDGE_CLIENTS_USERS)));
        assertEquals(
                options()
                        .setPublish(EdgeClients.EDGE_CLIENTS_NOBODY)
                        .setHistory(EdgeClients.EDGE_CLIENTS_USERS)
                        .setUserLimited(true)
                        .build(),
                edge());

        assertNull(alter(options().setPublish(EdgeClients.EDGE_CLIENTS_ANYONE).setUserLimited(false)));
        assertEquals(
                options()
                        .setPublish(EdgeClients.EDGE_CLIENTS_ANYONE)
                        .setHistory(EdgeClients.EDGE_CLIENTS_USERS)
                        .setUserLimited(false)
                        .build(),
                edge());
    }

    @Test
    void aChangeThatContradictsWhatStaysIsRefused() {
        create(NamespaceSpec.newBuilder().setName("chat").setEdge(options().setRecovery(EdgeGrant.EDGE_GRANT_ALWAYS)));

        assertRefused(
                "edge.recovery: ALWAYS (expected: ASKED or NEVER with edge.history OFF)",
                alter(options().setHistory(EdgeClients.EDGE_CLIENTS_OFF)));
        assertNull(alter(options()
                .setHistory(EdgeClients.EDGE_CLIENTS_OFF)
                .setRecovery(EdgeGrant.EDGE_GRANT_NEVER)
                .setPositioning(EdgeGrant.EDGE_GRANT_NEVER)));
        EdgeOptions before = edge();
        assertRefused(
                "edge.payload: 8 (expected: ANY, JSON, JSON_OBJECT)",
                alter(options().setPayloadValue(8)));
        assertEquals(before, edge());
    }

    @Test
    void optionsOutliveASnapshot(@TempDir Path directory) throws IOException {
        create(NamespaceSpec.newBuilder()
                .setName("chat")
                .setEdge(options()
                        .setSubscribe(EdgeClients.EDGE_CLIENTS_USERS)
                        .setPayload(EdgePayload.EDGE_PAYLOAD_JSON)
                        .setUserLimited(false)));
        Path file = directory.resolve("state");
        CheckedFile.write(file, machine.state().toByteString());

        ControlMachine restarted = newMachine();
        restarted.load(ControlState.parseFrom(CheckedFile.read(file)));

        assertEquals(machine.state(), restarted.state());
        assertEquals(edge(), restarted.state().getNamespaces(0).getSpec().getEdge());
    }

    @Test
    void aStateFromBeforeThereWereOptionsTakesThem() throws InvalidProtocolBufferException {
        create(NamespaceSpec.newBuilder().setName("chat"));
        machine.load(ControlState.parseFrom(machine.state().toByteArray()));

        assertEquals(EdgeOptions.getDefaultInstance(), edge());
        assertNull(apply(ControlCommand.newBuilder()
                .setAlterNamespace(
                        AlterNamespaceRequest.newBuilder().setName("chat").setMessageBytesMax(5))));
        assertFalse(machine.state().getNamespaces(0).getSpec().hasEdge());
        assertNull(alter(options().setDifferences(EdgeGrant.EDGE_GRANT_NEVER)));
        assertEquals(EdgeGrant.EDGE_GRANT_NEVER, edge().getDifferences());
    }

    private static EdgeOptions.Builder options() {
        return EdgeOptions.newBuilder();
    }

    private static ControlMachine newMachine() {
        return new ControlMachine(
                ControlBirth.of("test", PlacementTest.nodes("us/a", "us/b", "us/c"), REGIONS)
                        .state(),
                REGIONS);
    }

    private EdgeOptions edge() {
        return machine.state().getNamespaces(0).getSpec().getEdge();
    }

    private @Nullable Error create(NamespaceSpec.Builder spec) {
        return apply(ControlCommand.newBuilder().setCommandId(7).setCreateNamespace(spec));
    }

    private @Nullable Error alter(EdgeOptions.Builder options) {
        return apply(ControlCommand.newBuilder()
                .setAlterNamespace(
                        AlterNamespaceRequest.newBuilder().setName("chat").setEdge(options)));
    }

    private @Nullable Error apply(ControlCommand.Builder command) {
        return machine.apply(++index, command.build());
    }

    private static void assertRefused(String why, @Nullable Error error) {
        assertNotNull(error);
        assertEquals(Reason.REASON_INVALID_ARGUMENT, error.getReason());
        assertEquals(why, error.getText());
    }
}
