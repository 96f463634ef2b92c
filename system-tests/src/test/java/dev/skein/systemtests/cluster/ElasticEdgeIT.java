package dev.skein.systemtests.cluster;

import static dev.skein.systemtests.cluster.ClusterRecipe.aCluster;
import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.Gauge;
import dev.skein.client.Closed;
import dev.skein.client.ConnectionEvent;
import dev.skein.client.Gap;
import dev.skein.client.Message;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.Reason;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.SubscriptionEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients move between the nodes of a region, and notice nothing but the move. */
@ExtendWith(EvidenceOnFailure.class)
class ElasticEdgeIT {

    private static final String CHANNEL = "default:hall";
    private static final int CLIENTS = 12;
    private static final int SOCKETS = 60;
    private static final long PACE_MILLIS = 200;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Why a node ends the session of a client that hasn't moved in time. */
    private static final Set<Reason> SENT_AWAY = Set.of(Reason.DRAINING, Reason.OVERLOADED);

    /** Who has so few more than others keeps them. */
    private static final int TOLERATED = 9;

    @TempDir
    private Path directory;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Reader> readers = new ArrayList<>();
    private final List<RoamingSocket> sockets = new ArrayList<>();
    private final Queue<CompletableFuture<Receipt>> published = new ConcurrentLinkedQueue<>();
    private RunningCluster cluster;

    /** A client by gRPC, and what it has seen. */
    private static final class Reader implements AutoCloseable {

        private final SkeinClient client;
        private final Queue<String> nodes = new ConcurrentLinkedQueue<>();
        private final List<String> wrong = new CopyOnWriteArrayList<>();
        private volatile long serial;

        Reader(boolean followsRoutes, String... endpoints) {
            client = SkeinClient.builder()
                    .endpoints(endpoints)
                    .followRoutes(followsRoutes)
                    .build();
            client.onConnection(this::connection);
        }

        void follow() {
            client.subscribe(CHANNEL, SubscribeOptions.fromSerial(1), this::event);
        }

        private void connection(ConnectionEvent event) {
            if (event instanceof ConnectionEvent.Connected connected) {
                nodes.add(connected.node());
            } else if (event instanceof ConnectionEvent.Disconnected lost
                    && lost.node().isPresent()
                    && SENT_AWAY.contains(lost.cause().reason())) {
                wrong.add("cut off by " + lost.node().get() + " and not moved in time: " + lost.cause());
            }
        }

        private void event(SubscriptionEvent event) {
            if (event instanceof Message message) {
                if (message.position().serial() != serial + 1) {
                    wrong.add("after " + serial + " came " + message.position().serial());
                }
                serial = message.position().serial();
            } else if (event instanceof Gap || event instanceof Closed) {
                wrong.add(event.toString());
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
        sockets.forEach(RoamingSocket::close);
        readers.forEach(Reader::close);
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void clientsEvenOutWhenANodeJoinsAndLeaveOneThatDrains() throws Exception {
        start(Map.of("shedding", Map.of("settled", "1s")));
        cluster.stop(List.of("us-c"));
        Reader publisher = reader(true, endpoints("us-a", "us-b"));
        publisher.client.publish(CHANNEL, OutgoingMessage.of("\"first\"")).get(30, TimeUnit.SECONDS);
        List<String> addresses = new CopyOnWriteArrayList<>(List.of(edge("us-a"), edge("us-b")));
        for (int i = 0; i < CLIENTS; i++) {
            reader(true, endpoints("us-a", "us-b")).follow();
        }
        for (int i = 0; i < SOCKETS; i++) {
            sockets.add(new RoamingSocket(http, timer, addresses, i, CHANNEL));
        }
        int all = CLIENTS + SOCKETS + 1;
        eventually(() -> assertEquals(all, sessions("us-a") + sessions("us-b")));
        eventually(() -> sockets.forEach(
                socket -> assertTrue(socket.offset() >= 0, socket.wrong().toString())));
        timer.scheduleAtFixedRate(
                () -> published.add(publisher.client.publish(CHANNEL, OutgoingMessage.of("\"still there?\""))),
                0,
                PACE_MILLIS,
                TimeUnit.MILLISECONDS);

        cluster.start(List.of("us-c"));
        addresses.add(edge("us-c"));
        eventually(MINUTE, () -> {
            assertEquals(all, sessions("us-a") + sessions("us-b") + sessions("us-c"), this::shares);
            for (String node : cluster.nodes()) {
                assertTrue(sessions(node) <= all / 3 + TOLERATED, this::shares);
            }
        });
        assertTrue(
                readers.stream().anyMatch(reader -> reader.nodes.contains("us-c")) || sent(3011) > 0,
                "some have moved: by gRPC, or told to connect anew");
        nothingWrong();
        long drained = edgeSessions("us-a");
        long sentBefore = sent(3001);

        readers.get(1).client.admin().drain("us-a").get(30, TimeUnit.SECONDS);
        eventually(MINUTE, () -> {
            assertEquals(0, sessions("us-a"));
            assertEquals(all, sessions("us-b") + sessions("us-c"), this::shares);
        });

        timer.submit(() -> {}).get();
        Receipt last = publisher
                .client
                .publish(CHANNEL, OutgoingMessage.of("\"last\""))
                .get(30, TimeUnit.SECONDS);
        for (CompletableFuture<Receipt> each : published) {
            each.get(30, TimeUnit.SECONDS);
        }
        eventually(() -> {
            readers.stream().skip(1).forEach(reader -> assertTrue(reader.serial >= last.serial()));
            sockets.forEach(socket ->
                    assertTrue(socket.offset() >= last.serial(), socket.wrong().toString()));
        });
        nothingWrong();
        assertTrue(sent(3001) - sentBefore >= drained, "all of the drained node's were told why");
    }

    @Test
    void aFullNodeSaysWhereThereIsRoom() throws Exception {
        int room = 4;
        start(Map.of("sessionsMax", room, "shedding", Map.of("settled", "1h")));
        for (int i = 0; i < room - 1; i++) {
            reader(false, endpoints("us-a"));
        }
        eventually(() -> assertEquals(room - 1, sessions("us-a")));
        assertEquals(200, health("us-a"));
        try (RoamingSocket socket = new RoamingSocket(http, timer, List.of(edge("us-a")), 0, CHANNEL)) {
            eventually(() -> assertTrue(socket.offset() >= 0, "the limit is for both kinds"));
            assertEquals(503, health("us-a"));
            for (int i = 0; i < 4; i++) {
                Reader sentOn = reader(false, endpoints("us-a"));
                eventually(() -> assertEquals(1, sentOn.nodes.size()));
                assertTrue(Set.of("us-b", "us-c").contains(sentOn.nodes.peek()), sentOn.nodes.toString());
                assertEquals(
                        1,
                        sentOn.client
                                .publish(CHANNEL + i, OutgoingMessage.of("\"here\""))
                                .get(30, TimeUnit.SECONDS)
                                .serial());
            }
            assertEquals(room, sessions("us-a"));
        }
        eventually(() -> assertEquals(200, health("us-a")));
        nothingWrong();
    }

    private void start(Map<String, Object> nodeSettings) throws IOException {
        ClusterRecipe recipe = aCluster()
                .withRegions("us")
                .withZones(3)
                .withSurvivalGoal("ZONE")
                .withShards(1);
        nodeSettings.forEach(recipe::withNodeSetting);
        cluster = recipe.start(directory);
    }

    private Reader reader(boolean followsRoutes, String... endpoints) {
        Reader reader = new Reader(followsRoutes, endpoints);
        readers.add(reader);
        return reader;
    }

    private void nothingWrong() {
        readers.forEach(reader -> assertEquals(List.of(), reader.wrong));
        sockets.forEach(socket -> assertEquals(List.of(), socket.wrong()));
    }

    private String[] endpoints(String... nodes) {
        return List.of(nodes).stream()
                .map(node -> cluster.server(node).clientAddress())
                .toArray(String[]::new);
    }

    private String edge(String node) {
        return cluster.server(node).edgeAddress().orElseThrow();
    }

    private int sessions(String node) {
        Map<String, Gauge> gauges = cluster.server(node).metrics().getGauges();
        return (Integer) gauges.get("sessions.open").getValue() + edgeSessions(node);
    }

    private int edgeSessions(String node) {
        return (Integer)
                cluster.server(node).metrics().getGauges().get("edge.sessions").getValue();
    }

    /** How often sockets were sent away with that code. */
    private long sent(int code) {
        return sockets.stream()
                .flatMap(socket -> socket.codes().stream())
                .filter(each -> each == code)
                .count();
    }

    private String shares() {
        StringBuilder text = new StringBuilder();
        cluster.nodes()
                .forEach(node ->
                        text.append(node).append('=').append(sessions(node)).append(' '));
        sockets.forEach(socket -> text.append(socket.codes()).append(socket.wrong()));
        return text.toString();
    }

    private int health(String node) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + edge(node) + "/health"))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
