package dev.skein.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.client.v1.ProbeRequest;
import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.client.v1.RoutingGrpc;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.gossip.v1.ExchangeRequest;
import dev.skein.proto.gossip.v1.GossipGrpc;
import dev.skein.proto.gossip.v1.ShardLed;
import dev.skein.router.RouterNode.MemberState;
import dev.skein.router.gossip.SelfFacts;
import dev.skein.router.gossip.SelfIdentity;
import dev.skein.wire.Errors;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouterIT {

    private final Map<String, LoopbackNode> nodes = new TreeMap<>();
    private final Map<String, Integer> ports = new TreeMap<>();
    private final PeerChannels clients = new PeerChannels();

    @BeforeEach
    void startFourNodesInThreeRegions() throws IOException {
        for (String name : List.of("us-a", "us-b", "eu-a", "ap-a")) {
            ports.put(name, LoopbackNode.freePort());
        }
        for (String name : ports.keySet()) {
            nodes.put(name, new LoopbackNode(name, ports.get(name), List.of(address("us-a"), address("eu-a"))));
        }
        eventually(() -> nodes.values().stream().allMatch(n -> count(n.router, MemberState.ALIVE) == 4));
    }

    @AfterEach
    void stop() {
        nodes.values().forEach(LoopbackNode::close);
        clients.close();
    }

    @Test
    void everyoneLearnsLeadersAndDistances() {
        nodes.get("eu-a").facts = new SelfFacts(
                "cluster-1",
                10,
                false,
                false,
                "",
                "",
                3,
                0,
                0,
                false,
                0,
                List.of(ShardLed.newBuilder().setGroup("default/3").setTerm(2).build()),
                List.of(),
                "");
        nodes.get("eu-a").router.factsChanged();

        eventually(() -> nodes.values().stream()
                .allMatch(n -> n.router.leaderOf("default/3").equals(Optional.of("eu-a"))));
        eventually(() -> nodes.get("us-a").router.rttMicros("ap", "eu").isPresent());
        assertTrue(nodes.get("us-a")
                        .metrics
                        .getMeters()
                        .get("router.gossip.exchanges")
                        .getCount()
                > 0);
        assertEquals(
                4L,
                nodes.get("us-a")
                        .metrics
                        .getGauges()
                        .get("router.members.alive")
                        .getValue());
    }

    @Test
    void aWatcherLearnsOfALostRegion() {
        List<RouteTable> told = new CopyOnWriteArrayList<>();
        RoutingGrpc.newStub(clients.to(address("us-a")))
                .watchRoutes(ResolveRequest.newBuilder().setClientRegion("ap").build(), collecting(told));
        // The first answer may come before this node has heard of everybody.
        eventually(() -> !told.isEmpty()
                && told.get(told.size() - 1).getRegions(0).getRegion().equals("ap"));

        nodes.get("ap-a").crash();

        eventually(() -> health(told.get(told.size() - 1), "ap") == RegionHealth.REGION_HEALTH_DEAD);
        RouteTable last = told.get(told.size() - 1);
        assertEquals("ap", last.getRegions(2).getRegion());
        assertEquals("cluster-1", last.getClusterId());
    }

    @Test
    void whoClosesHasLeft() {
        nodes.get("us-b").close();

        eventually(() -> count(nodes.get("us-a").router, MemberState.LEFT) == 1);
    }

    @Test
    void anotherClusterIsRefused() {
        ExchangeRequest foreign =
                ExchangeRequest.newBuilder().setClusterId("cluster-2").build();

        StatusRuntimeException refused =
                assertThrows(StatusRuntimeException.class, () -> GossipGrpc.newBlockingStub(clients.to(address("us-a")))
                        .exchange(foreign));

        assertEquals(
                Reason.REASON_CLUSTER_MISMATCH, Errors.fromThrowable(refused).getReason());
    }

    @Test
    void aMalformedQuestionIsRefusedByName() {
        ResolveRequest question =
                ResolveRequest.newBuilder().setClientId("x".repeat(500)).build();

        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class,
                () -> RoutingGrpc.newBlockingStub(clients.to(address("us-a"))).resolve(question));

        assertEquals(
                "client_id: 500 characters (expected: at most 128 characters)",
                Errors.fromThrowable(refused).getText());
    }

    @Test
    void aLoneRouterServesWhatTheClusterKnows() throws IOException {
        int port = LoopbackNode.freePort();
        String listen = "127.0.0.1:" + port;
        SelfIdentity identity = new SelfIdentity("router-1", "us", "", listen, listen, true);
        try (RouterProcess process = RouterProcess.start(identity, List.of(address("eu-a")), "", other -> {})) {
            eventually(() -> count(process.router(), MemberState.ALIVE) == 5);
            RoutingGrpc.RoutingBlockingStub stub = RoutingGrpc.newBlockingStub(clients.to(listen));
            RouteTable table = stub.resolve(
                    ResolveRequest.newBuilder().setClientRegion("eu").build());

            assertEquals("cluster-1", table.getClusterId());
            assertEquals("eu", table.getRegions(0).getRegion());
            assertEquals(address("eu-a"), table.getRegions(0).getNodes(0).getEndpoint());
            assertEquals(
                    "router-1",
                    stub.probe(ProbeRequest.newBuilder().setNonce(5).build()).getNode());
        }
    }

    private String address(String node) {
        return "127.0.0.1:" + ports.get(node);
    }

    private static long count(RouterNode router, MemberState state) {
        return router.members().stream().filter(m -> m.state() == state).count();
    }

    private static RegionHealth health(RouteTable table, String region) {
        return table.getRegionsList().stream()
                .filter(r -> r.getRegion().equals(region))
                .findFirst()
                .orElseThrow()
                .getHealth();
    }

    private static StreamObserver<RouteTable> collecting(List<RouteTable> told) {
        return new StreamObserver<>() {
            @Override
            public void onNext(RouteTable table) {
                told.add(table);
            }

            @Override
            public void onError(Throwable ended) {}

            @Override
            public void onCompleted() {}
        };
    }

    private static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "did not happen in time");
            LockSupport.parkNanos(20_000_000);
        }
    }
}
