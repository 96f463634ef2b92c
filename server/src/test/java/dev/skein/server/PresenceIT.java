package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.skein.core.Limits;
import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.Presence;
import dev.skein.proto.admin.v1.TransferLeadershipRequest;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.node.v1.ChangePresenceRequest;
import dev.skein.proto.node.v1.ChangePresenceResponse;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.wire.ChannelHash;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Presence at the edge of three real nodes, each in a region of its own. */
@Timeout(180)
class PresenceIT {

    /** What members of all regions may take to agree. */
    private static final long AGREED_MILLIS = 2_000;

    private static final long LEASE_MILLIS = 3_000;

    @TempDir
    static Path directory;

    private static final Map<String, SkeinServer> NODES = new HashMap<>();

    @BeforeAll
    static void startNodes() {
        TestNodes nodes = new TestNodes(
                        directory, "[{name: chat, shards: 2}, {name: plain, shards: 1}]", "us", "eu", "ap")
                .withNodeOptions("  edge: {listen: \"127.0.0.1:0\"}\n");
        for (SkeinServer node : nodes.startAll()) {
            NODES.put(node.id().value(), node);
        }
        ManagedChannel channel = channel(NODES.get("us-a").clientAddress());
        AdminGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .withWaitForReady()
                .alterNamespace(AlterNamespaceRequest.newBuilder()
                        .setName("chat")
                        .setPresence(Presence.newBuilder()
                                .setEnabled(true)
                                .setLeaseMs(LEASE_MILLIS)
                                .setJoinLeave(true))
                        .build());
        channel.shutdownNow();
        for (String node : NODES.keySet()) {
            eventually(30_000, "presence is on at " + node, () -> {
                try (EdgeClient client = EdgeClient.connected(edge(node))) {
                    client.ask("subscribe", "{\"channel\":\"chat:probe\"}");
                    return count(client, "chat:probe") > 0;
                }
            });
        }
    }

    @AfterAll
    static void stopNodes() {
        NODES.values().forEach(SkeinServer::closeAtOnce);
    }

    @Test
    void membersAreTheSameInAllRegions() {
        try (EdgeClient alice = EdgeClient.connected(edge("us-a"));
                EdgeClient eve = EdgeClient.connected(edge("eu-a"))) {
            try (EdgeClient bob = EdgeClient.connected(edge("ap-a"))) {
                alice.ask("subscribe", "{\"channel\":\"chat:room\"}");
                bob.ask("subscribe", "{\"channel\":\"chat:room\"}");
                assertTrue(count(bob, "chat:room") >= 1, "the own node's members are known at once");
                eventually(AGREED_MILLIS, "two members", () -> count(eve, "chat:room") == 2);
                JsonNode stats =
                        eve.ask("presence_stats", "{\"channel\":\"chat:room\"}").path("presence_stats");
                assertEquals(2, stats.path("num_clients").asInt());
                assertEquals(1, stats.path("num_users").asInt(), "both are anonymous");
                JsonNode members =
                        alice.ask("presence", "{\"channel\":\"chat:room\"}").at("/presence/presence");
                members.fields()
                        .forEachRemaining(member -> assertEquals(
                                member.getKey(),
                                member.getValue().path("client").asText()));
                alice.ask("unsubscribe", "{\"channel\":\"chat:room\"}");
                assertEquals(1, count(alice, "chat:room"));
                eventually(AGREED_MILLIS, "one member", () -> count(eve, "chat:room") == 1);
            }
            eventually(AGREED_MILLIS, "nobody", () -> count(eve, "chat:room") == 0);
        }
    }

    @Test
    void whoAskedIsToldWhoComesAndGoes() {
        try (EdgeClient bob = EdgeClient.connected(edge("ap-a"))) {
            bob.ask("subscribe", "{\"channel\":\"chat:hall\",\"join_leave\":true}");
            String self = members(bob, "chat:hall").fieldNames().next();
            String joined;
            try (EdgeClient alice = EdgeClient.connected(edge("us-a"))) {
                alice.ask("subscribe", "{\"channel\":\"chat:hall\"}");
                joined = bob.push(push -> push.has("join")
                                && !push.at("/join/info/client").asText().equals(self))
                        .at("/join/info/client")
                        .asText();
                assertTrue(members(alice, "chat:hall").has(joined));
            }
            assertEquals(
                    joined,
                    bob.push(push -> push.has("leave")).at("/leave/info/client").asText());
        }
    }

    @Test
    void subscribingAndUnsubscribingQuicklyLeavesNobody() {
        try (EdgeClient client = EdgeClient.connected(edge("eu-a"))) {
            for (int i = 0; i < 20; i++) {
                client.ask("subscribe", "{\"channel\":\"chat:loop\"}");
                client.ask("unsubscribe", "{\"channel\":\"chat:loop\"}");
            }
            assertEquals(0, count(client, "chat:loop"));
        }
    }

    @Test
    void membersOfANodeThatIsNotHeardOfAgainLeaveWithTheirLease() {
        PresenceChange change = PresenceChange.newBuilder()
                .setHolder(ByteString.copyFromUtf8("sixteen bytes ok"))
                .setSequence(1)
                .setBegins(true)
                .addEnters(PresenceEnter.newBuilder().setChannel("chat:ghosts").setClient("ghost"))
                .build();
        tell("chat:ghosts", change);
        long entered = System.nanoTime();
        try (EdgeClient client = EdgeClient.connected(edge("ap-a"))) {
            assertEquals(1, count(client, "chat:ghosts"));
            eventually(LEASE_MILLIS + AGREED_MILLIS, "nobody", () -> count(client, "chat:ghosts") == 0);
            long livedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - entered);
            assertTrue(livedMillis >= LEASE_MILLIS - 500, "left after " + livedMillis + " ms");
        }
    }

    @Test
    void fiftyThousandMembersAreCountedInAllRegionsAndLeaveWithTheirNode() {
        int many = 50_000;
        int atOnce = Limits.MEMBERS_PER_CHANGE_MAX;
        for (int change = 0; change < many / atOnce; change++) {
            int first = change * atOnce;
            tell(
                    "chat:crowd",
                    PresenceChange.newBuilder()
                            .setHolder(ByteString.copyFromUtf8("as many as ever!"))
                            .setSequence(change + 1)
                            .setBegins(change == 0)
                            .addAllEnters(IntStream.range(first, first + atOnce)
                                    .mapToObj(member -> PresenceEnter.newBuilder()
                                            .setChannel("chat:crowd")
                                            .setClient("client-" + member)
                                            .setUser("user-" + member / 2)
                                            .build())
                                    .toList())
                            .build());
        }
        List<EdgeClient> clients = NODES.keySet().stream()
                .map(node -> EdgeClient.connected(edge(node)))
                .toList();
        try {
            clients.forEach(client -> eventually(AGREED_MILLIS, "all of them", () -> clientsIn(client) == many));
            JsonNode stats = clients.get(0)
                    .ask("presence_stats", "{\"channel\":\"chat:crowd\"}")
                    .path("presence_stats");
            assertEquals(many / 2, stats.path("num_users").asInt());
            JsonNode tooMany = clients.get(1).ask("presence", "{\"channel\":\"chat:crowd\"}");
            assertEquals(106, tooMany.at("/error/code").asInt(), "more than an answer takes");
            clients.forEach(client ->
                    eventually(LEASE_MILLIS + 5 * AGREED_MILLIS, "nobody is left", () -> clientsIn(client) == 0));
        } finally {
            clients.forEach(EdgeClient::close);
        }
    }

    private static int clientsIn(EdgeClient client) {
        return client.ask("presence_stats", "{\"channel\":\"chat:crowd\"}")
                .at("/presence_stats/num_clients")
                .asInt(-1);
    }

    /** Tells the shard of a channel, as a node that isn't there tells of its clients. */
    private static void tell(String channel, PresenceChange change) {
        int shard = ChannelHash.shardOf(channel, 2);
        eventually(30_000, "the leader takes it", () -> NODES.values().stream().anyMatch(node -> {
            ManagedChannel connection = channel(node.peerAddress());
            ChangePresenceResponse response = NodeServiceGrpc.newBlockingStub(connection)
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .changePresence(ChangePresenceRequest.newBuilder()
                            .setGroup("chat/" + shard)
                            .setChange(change)
                            .build());
            connection.shutdownNow();
            return !response.hasError() && response.getRefusedCount() == 0
                    || response.getError().getReason() == Reason.REASON_SEQUENCE_TOO_OLD;
        }));
    }

    @Test
    void membersWhoseNodeLivesStay() throws InterruptedException {
        try (EdgeClient client = EdgeClient.connected(edge("us-a"));
                EdgeClient watcher = EdgeClient.connected(edge("eu-a"))) {
            client.ask("subscribe", "{\"channel\":\"chat:long\"}");
            eventually(AGREED_MILLIS, "one member", () -> count(watcher, "chat:long") == 1);
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2 * LEASE_MILLIS);
            while (System.nanoTime() < until) {
                assertEquals(1, count(watcher, "chat:long"));
                Thread.sleep(100);
            }
        }
    }

    @Test
    void aChangeOfLeadersThrowsNobodyOutAndIsNotInTheWay() {
        int shard = ChannelHash.shardOf("chat:moved", 2);
        ManagedChannel channel = channel(NODES.get("us-a").clientAddress());
        AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
        try (EdgeClient stays = EdgeClient.connected(edge("us-a"));
                EdgeClient watcher = EdgeClient.connected(edge("ap-a"))) {
            stays.ask("subscribe", "{\"channel\":\"chat:moved\"}");
            watcher.ask("subscribe", "{\"channel\":\"chat:moved\",\"join_leave\":true}");
            eventually(AGREED_MILLIS, "two members", () -> count(watcher, "chat:moved") == 2);
            for (String node : new String[] {"eu-a", "us-a"}) {
                try {
                    admin.transferLeadership(TransferLeadershipRequest.newBuilder()
                            .setNamespace("chat")
                            .setShard(shard)
                            .setNode(node)
                            .build());
                } catch (StatusRuntimeException alreadyThere) {
                    // Then the other one is the change.
                }
                try (EdgeClient comes = EdgeClient.connected(edge("eu-a"))) {
                    comes.ask("subscribe", "{\"channel\":\"chat:moved\"}");
                    eventually(10_000, "three members", () -> count(watcher, "chat:moved") == 3);
                }
                eventually(10_000, "two members", () -> count(watcher, "chat:moved") == 2);
            }
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void whereItIsOffItIsNotAvailable() {
        try (EdgeClient client = EdgeClient.connected(edge("us-a"))) {
            client.ask("subscribe", "{\"channel\":\"plain:x\",\"join_leave\":true}");
            for (String command : new String[] {"presence", "presence_stats"}) {
                JsonNode refused = client.ask(command, "{\"channel\":\"plain:x\"}");
                assertEquals(108, refused.at("/error/code").asInt(), refused.toString());
            }
            assertEquals(
                    102,
                    client.ask("presence", "{\"channel\":\"nowhere:x\"}")
                            .at("/error/code")
                            .asInt());
        }
    }

    private static JsonNode members(EdgeClient client, String channel) {
        return client.ask("presence", "{\"channel\":\"" + channel + "\"}").at("/presence/presence");
    }

    private static int count(EdgeClient client, String channel) {
        JsonNode reply = client.ask("presence", "{\"channel\":\"" + channel + "\"}");
        return reply.has("presence") ? reply.at("/presence/presence").size() : -1;
    }

    private static void eventually(long millis, String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not within " + millis + " ms: " + what);
            try {
                Thread.sleep(20);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new AssertionError(stopped);
            }
        }
    }

    private static ManagedChannel channel(String address) {
        return ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    }

    private static String edge(String node) {
        return NODES.get(node).edgeAddress().orElseThrow();
    }
}
