package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.CreateNamespaceRequest;
import dev.skein.proto.admin.v1.DrainRequest;
import dev.skein.proto.admin.v1.DumpReplicaRequest;
import dev.skein.proto.admin.v1.FsyncMode;
import dev.skein.proto.admin.v1.ListNamespacesRequest;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.StatusRequest;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.proto.admin.v1.SurvivalGoal;
import dev.skein.proto.admin.v1.TransferLeadershipRequest;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.wire.Errors;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes in three regions, operated through any of them. The last test stops one for good. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterAdminIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private static Path directory;

    private static final List<ManagedChannel> channels = new ArrayList<>();
    private static List<SkeinServer> servers = List.of();
    private static AdminGrpc.AdminBlockingStub us;
    private static AdminGrpc.AdminBlockingStub eu;
    private static AdminGrpc.AdminBlockingStub ap;

    @BeforeAll
    static void start() {
        servers = new TestNodes(directory, "[{name: default, shards: 2}]", "us", "eu", "ap").startAll();
        us = admin(servers.get(0));
        eu = admin(servers.get(1));
        ap = admin(servers.get(2));
        eventually("both shards are led at home", () -> namespace(ap, "default").getShardsLedAtHome() == 2);
    }

    @AfterAll
    static void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(SkeinServer::closeAtOnce);
    }

    @Test
    @Order(1)
    void everyNodeKnowsEveryNodeAndThatTheGoalIsMet() {
        for (AdminGrpc.AdminBlockingStub node : List.of(us, eu, ap)) {
            eventually("the goal is met", () -> namespace(node, "default").getGoalMet());
            StatusResponse status = status(node);
            assertEquals(
                    List.of("ap-a", "eu-a", "us-a"),
                    status.getNodesList().stream().map(NodeStatus::getNode).toList());
            eventually(
                    "the control group is led, maybe after a move home",
                    () -> !status(node).getControl().getLeader().isEmpty());
            assertTrue(status.getClusterId().startsWith("test-"));
        }
    }

    @Test
    @Order(2)
    void aNamespaceIsCreatedAndAlteredThroughAnyNode() {
        Namespace created = ap.createNamespace(
                create(NamespaceSpec.newBuilder().setName("chat").setShards(1)));
        assertEquals("us", created.getSpec().getHomeRegion());
        assertEquals(1, created.getPlacementsCount());

        Namespace altered = eu.alterNamespace(AlterNamespaceRequest.newBuilder()
                .setName("chat")
                .setFsync(FsyncMode.FSYNC_MODE_INTERVAL)
                .build());
        assertEquals(FsyncMode.FSYNC_MODE_INTERVAL, altered.getSpec().getFsync());

        eventually(
                "the first node knows it too",
                () -> us.listNamespaces(ListNamespacesRequest.getDefaultInstance()).getNamespacesList().stream()
                        .anyMatch(namespace -> namespace.getSpec().equals(altered.getSpec())));
    }

    @Test
    @Order(3)
    void refusalsSayWhy() {
        refused(
                Reason.REASON_ALREADY_EXISTS,
                () -> us.createNamespace(create(NamespaceSpec.newBuilder().setName("default"))));
        refused(
                Reason.REASON_SURVIVAL_GOAL_UNMET,
                () -> eu.createNamespace(create(
                        NamespaceSpec.newBuilder().setName("zonal").setSurvivalGoal(SurvivalGoal.SURVIVAL_GOAL_ZONE))));
        Error badShards = refused(
                Reason.REASON_INVALID_ARGUMENT,
                () -> ap.createNamespace(
                        create(NamespaceSpec.newBuilder().setName("many").setShards(5_000))));
        assertEquals("shards: 5000 (expected: 1 to 1024, or 0 for 24)", badShards.getText());
        refused(
                Reason.REASON_UNKNOWN_NAMESPACE,
                () -> us.alterNamespace(
                        AlterNamespaceRequest.newBuilder().setName("absent").build()));
        Error badNode = refused(
                Reason.REASON_NOT_FOUND,
                () -> us.drain(DrainRequest.newBuilder().setNode("xx-a").build()));
        assertEquals("node: xx-a (expected: one of ap-a, eu-a, us-a)", badNode.getText());
        refused(Reason.REASON_UNKNOWN_NAMESPACE, () -> eu.dumpReplica(
                        DumpReplicaRequest.newBuilder().setNamespace("absent").build())
                .hasNext());
        refused(Reason.REASON_INVALID_ARGUMENT, () -> eu.dumpReplica(DumpReplicaRequest.newBuilder()
                        .setNamespace("default")
                        .setShard(9)
                        .build())
                .hasNext());
    }

    @Test
    @Order(4)
    void aTransferFindsTheLeader() {
        long before = termOf(us, 1);

        ap.transferLeadership(TransferLeadershipRequest.newBuilder()
                .setNamespace("default")
                .setShard(1)
                .setNode("eu-a")
                .build());

        // Leadership goes home again by itself, so only the term tells that it has moved.
        eventually("the term has grown", () -> termOf(us, 1) > before);
    }

    @Test
    @Order(5)
    void anEmptyReplicaDumpsNothing() {
        assertFalse(ap.dumpReplica(
                        DumpReplicaRequest.newBuilder().setNamespace("default").build())
                .hasNext());
    }

    @Test
    @Order(6)
    void anotherNodeIsDrainedAndTakenBack() {
        ap.drain(DrainRequest.newBuilder().setNode("us-a").build());

        eventually(
                "the drained node leads nothing",
                () -> nodeOf(eu, "us-a").getShardsLed() == 0
                        && nodeOf(eu, "us-a").getDraining());
        eventually("others lead", () -> namespace(eu, "default").getShardsLed() == 2);

        eu.drain(DrainRequest.newBuilder().setNode("us-a").setUndo(true).build());

        eventually("it leads again", () -> namespace(eu, "default").getShardsLedAtHome() == 2);
    }

    @Test
    @Order(7)
    void theLossOfANodeIsToldAsWhatItIs() {
        servers.get(2).closeAtOnce();

        eventually(
                "the goal isn't met any more", () -> !namespace(eu, "default").getGoalMet());

        NamespaceStatus status = namespace(eu, "default");
        assertTrue(status.getGoalText().startsWith("would not survive losing us or eu now: "), status.getGoalText());
        assertEquals(2, status.getRegions(0).getShardsLost());
        assertTrue(status.getRegions(2).getSurvives());
    }

    private static CreateNamespaceRequest create(NamespaceSpec.Builder spec) {
        return CreateNamespaceRequest.newBuilder().setSpec(spec).build();
    }

    private static Error refused(Reason reason, Supplier<?> call) {
        StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, call::get);
        Error error = Objects.requireNonNull(Errors.fromThrowable(refused), refused::toString);
        assertEquals(reason, error.getReason(), error::getText);
        return error;
    }

    private static StatusResponse status(AdminGrpc.AdminBlockingStub node) {
        return node.status(StatusRequest.newBuilder().setShards(true).build());
    }

    private static NamespaceStatus namespace(AdminGrpc.AdminBlockingStub node, String name) {
        return status(node).getNamespacesList().stream()
                .filter(namespace -> namespace.getName().equals(name))
                .findFirst()
                .orElse(NamespaceStatus.getDefaultInstance());
    }

    private static NodeStatus nodeOf(AdminGrpc.AdminBlockingStub node, String name) {
        return status(node).getNodesList().stream()
                .filter(each -> each.getNode().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static long termOf(AdminGrpc.AdminBlockingStub node, int shard) {
        return namespace(node, "default").getShardStatusList().stream()
                .filter(status -> status.getShard() == shard)
                .findFirst()
                .orElseThrow()
                .getTerm();
    }

    private static AdminGrpc.AdminBlockingStub admin(SkeinServer server) {
        ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///" + server.clientAddress())
                .usePlaintext()
                .build();
        channels.add(channel);
        return AdminGrpc.newBlockingStub(channel);
    }

    private static void eventually(String what, BooleanSupplier condition) {
        long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - giveUpAt > 0) {
                fail("not within " + PATIENCE + ": " + what + "\n" + servers);
            }
            LockSupport.parkNanos(50_000_000);
        }
    }
}
