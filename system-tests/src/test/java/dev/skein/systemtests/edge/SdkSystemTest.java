package dev.skein.systemtests.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Published SDKs, as they are, against three regions of processes that control access. */
@Timeout(180)
class SdkSystemTest {

    private static final int HOUR = 3_600;

    @TempDir
    private static Path data;

    private static EdgeCluster cluster;
    private static NodeJs nodeJs;
    private static SkeinClient grpc;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(NodeJs.isThere(), "Node.js and npm are not on the PATH: nothing of the SDKs is tested");
        nodeJs = NodeJs.start("agent.js");
        cluster = EdgeCluster.start(data);
        grpc = cluster.grpc("eu");
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : Arrays.asList(grpc, nodeJs, cluster)) {
            if (each != null) {
                each.close();
            }
        }
    }

    @AfterEach
    void closeClients() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /**
     * Connect, subscribe, publish; that the edge and gRPC are one service; and that a subscription which its application paused gets nothing
     * meanwhile, and then what it missed.
     */
    @ParameterizedTest
    @EnumSource
    void whatIsPublishedInOneRegionArrivesInAnother(Sdk sdk) throws IOException {
        String channel = "default:hall." + sdk;
        SdkClient ann = connected(sdk, cluster.edge("us"), "ann");
        SdkClient bob = connected(sdk, cluster.edge("eu"), "bob");
        subscribe(bob, channel);
        subscribe(ann, channel);

        assertEquals(
                "{}", ann.publish(channel, Map.of("n", 1, "text", "grüße 🎈")).toString());
        for (SdkClient each : List.of(ann, bob)) {
            JsonNode publication = each.events().take("publication", channel);
            assertEquals(1, publication.path("offset").asLong());
            assertEquals("grüße 🎈", publication.at("/data/text").asText());
            assertEquals("ann", publication.at("/info/user").asText());
        }
        grpc.publish(channel, OutgoingMessage.of("{\"n\":2}").withHeader("from", "grpc"))
                .join();
        assertEquals(
                "grpc",
                bob.events().take("publication", channel).at("/tags/from").asText());

        ann.events().takeNumbers(channel, 2, 2);
        ann.unsubscribe(channel);
        ann.events().take("unsubscribed", channel);
        bob.publish(channel, Map.of("n", 3));
        bob.events().takeNumbers(channel, 3, 3);
        assertEquals(2, ann.events().count("publication"), ann.events()::toString);
        subscribe(ann, channel);
        ann.events().takeNumbers(channel, 3, 3);
    }

    /** Pages from either end and from a position, and that a position of another history is refused. */
    @ParameterizedTest
    @EnumSource
    void thePastIsReadInPages(Sdk sdk) throws IOException {
        String channel = "default:past." + sdk;
        publishByGrpc(channel, 1, 5);
        SdkClient client = connected(sdk, cluster.edge("ap"), "ann");

        JsonNode page = client.history(channel, Map.of("limit", 2));
        assertEquals(5, page.path("offset").asLong());
        assertEquals(List.of("1", "2"), page.findValuesAsText("n"));
        assertEquals(List.of("5", "4"), numbers(client, channel, Map.of("limit", 2, "reverse", true)));
        String epoch = page.path("epoch").asText();
        assertEquals(
                List.of("4", "5"),
                numbers(client, channel, Map.of("limit", 10, "since", Map.of("offset", 3, "epoch", epoch))));
        assertEquals(
                112, code(client.history(channel, Map.of("limit", 1, "since", Map.of("offset", 3, "epoch", "zzz")))));
    }

    /** More than any page or recovery limit of the protocol's other servers, in one go; then live again. */
    @ParameterizedTest
    @EnumSource
    void aClientWhoseConnectionBrokeReceivesPreciselyWhatItMissed(Sdk sdk) throws IOException {
        String channel = "default:missed." + sdk;
        LoadBalancer way = way("us");
        SdkClient client = connected(sdk, way.address(), "ann");
        subscribe(client, channel);
        publishByGrpc(channel, 1, 3);
        client.events().takeNumbers(channel, 1, 3);

        client.events().take("connecting");
        way.cut();
        client.events().take("connecting");
        publishByGrpc(channel, 4, 404);
        way.mend();

        client.events().take("connected");
        JsonNode subscribed = client.events().take("subscribed", channel);
        assertTrue(subscribed.path("wasRecovering").asBoolean(), subscribed::toString);
        assertTrue(subscribed.path("recovered").asBoolean(), subscribed::toString);
        client.events().takeNumbers(channel, 4, 404);
        publishByGrpc(channel, 405, 406);
        client.events().takeNumbers(channel, 405, 406);
    }

    /** A position from one region is good in another, for a client that has nothing else; a foreign one is told. */
    @ParameterizedTest
    @EnumSource(value = Sdk.class, mode = EnumSource.Mode.MATCH_NONE, names = "JAVA_.*")
    void aFreshClientGoesOnFromAPosition(Sdk sdk) throws IOException {
        String channel = "default:fresh." + sdk;
        publishByGrpc(channel, 1, 5);
        SdkClient reader = connected(sdk, cluster.edge("us"), "ann");
        String epoch = reader.history(channel, Map.of("limit", 0)).path("epoch").asText();

        SdkClient fresh = connected(sdk, cluster.edge("ap"), "ann");
        fresh.subscribe(channel, Map.of("since", Map.of("offset", 2, "epoch", epoch)));
        assertTrue(fresh.events().take("subscribed", channel).path("recovered").asBoolean());
        fresh.events().takeNumbers(channel, 3, 5);

        SdkClient lost = connected(sdk, cluster.edge("ap"), "ann");
        lost.subscribe(channel, Map.of("since", Map.of("offset", 2, "epoch", "zzz")));
        JsonNode subscribed = lost.events().take("subscribed", channel);
        assertTrue(subscribed.path("wasRecovering").asBoolean(), subscribed::toString);
        assertFalse(subscribed.path("recovered").asBoolean(), subscribed::toString);
        publishByGrpc(channel, 6, 6);
        lost.events().takeNumbers(channel, 6, 6);
    }

    /** The SDK applies the differences; that they were sent is seen by how little came. */
    @ParameterizedTest
    @EnumSource(value = Sdk.class, mode = EnumSource.Mode.MATCH_NONE, names = "JAVA_.*")
    void differencesAreSentInsteadOfWholeMessages(Sdk sdk) throws IOException {
        String channel = "default:delta." + sdk;
        String text = "the quick brown fox jumps over the lazy dog. ".repeat(100);
        LoadBalancer way = way("us");
        SdkClient client = connected(sdk, way.address(), "ann");
        client.subscribe(channel, Map.of("delta", "fossil"));
        client.events().take("subscribed", channel);

        long before = way.bytesToClients();
        for (int n = 1; n <= 20; n++) {
            grpc.publish(channel, OutgoingMessage.of("{\"text\":\"" + text + "\",\"n\":" + n + "}"))
                    .join();
            JsonNode publication = client.events().take("publication", channel);
            assertEquals(n, publication.at("/data/n").asInt());
            assertEquals(text, publication.at("/data/text").asText());
        }
        long bytes = way.bytesToClients() - before;
        assertTrue(bytes < 3L * text.length(), bytes + " bytes for 20 messages of " + text.length());
    }

    /** The SDK fetches the next token in time: nothing is refused, the session is the same. */
    @ParameterizedTest
    @EnumSource
    void aSessionOutlivesItsToken(Sdk sdk) throws IOException {
        String channel = "default:tokens." + sdk;
        SdkClient client = open(
                sdk,
                cluster.edge("us"),
                cluster.issuer().token("ann", 3),
                cluster.issuer().token("ann", HOUR));
        client.connect();
        client.events().take("connected");
        subscribe(client, channel);

        int published = 0;
        while (client.events().count("token") == 0) {
            assertEquals("{}", client.publish(channel, Map.of("n", ++published)).toString());
        }
        for (int more = 0; more < 10; more++) {
            assertEquals("{}", client.publish(channel, Map.of("n", ++published)).toString());
        }
        client.events().takeNumbers(channel, 1, published);
        assertEquals(1, client.events().count("connected"), client.events()::toString);
    }

    @ParameterizedTest
    @EnumSource
    void anExpiredTokenIsReplacedBeforeTheClientIsIn(Sdk sdk) throws IOException {
        SdkClient client = open(
                sdk,
                cluster.edge("us"),
                cluster.issuer().token("ann", -5),
                cluster.issuer().token("ann", HOUR));
        client.connect();
        client.events().take("token");
        client.events().take("connected");
    }

    @ParameterizedTest
    @EnumSource
    void aBadTokenEndsTheClientForGood(Sdk sdk) throws IOException {
        Issuer stranger = new Issuer("another secret of 32 bytes......");
        SdkClient client = open(sdk, cluster.edge("us"), stranger.token("ann", HOUR));
        client.connect();
        assertEquals(3500, client.events().take("disconnected").path("code").asInt());

        SdkClient without = open(sdk, cluster.edge("us"));
        without.connect();
        assertEquals(101, without.events().take("disconnected").path("code").asInt());
    }

    @ParameterizedTest
    @EnumSource
    void whatTheTokenDoesNotAllowIsRefusedAndTheSessionGoesOn(Sdk sdk) throws IOException {
        String mine = "default:mine." + sdk;
        SdkClient client = open(sdk, cluster.edge("eu"), cluster.issuer().token("ann", HOUR, mine, "\"subscribe\""));
        client.connect();
        client.events().take("connected");

        client.subscribe("default:yours");
        assertEquals(
                103,
                client.events()
                        .take("unsubscribed", "default:yours")
                        .path("code")
                        .asInt());
        assertEquals(103, code(client.publish(mine, Map.of("n", 0))));
        assertEquals(103, code(client.history(mine, Map.of("limit", 1))));
        subscribe(client, mine);
        publishByGrpc(mine, 1, 1);
        client.events().takeNumbers(mine, 1, 1);
        assertEquals(1, client.events().count("connected"), client.events()::toString);
    }

    /**
     * All nodes of a region are killed while a gRPC client in another goes on publishing. The clients of the lost region come in by the next
     * one and have every message once, in order. One of each SDK and way at once, so that one outage serves them all.
     */
    @Test
    void whoseRegionIsLostGoesOnInAnotherWithoutGapOrDuplicate() throws IOException {
        Map<Sdk, SdkClient> clients = new EnumMap<>(Sdk.class);
        String channel = "default:outage";
        for (Sdk sdk : Sdk.values()) {
            SdkClient client = connected(sdk, way(EdgeCluster.HOME, "eu").address(), "ann");
            subscribe(client, channel);
            clients.put(sdk, client);
        }
        publishByGrpc(channel, 1, 10);
        clients.values().forEach(client -> client.events().takeNumbers(channel, 1, 10));

        cluster.kill(EdgeCluster.HOME);
        for (int n = 11; n <= 60; n++) {
            publishByGrpc(channel, n, n);
        }
        for (SdkClient client : clients.values()) {
            client.events().take("connected");
            JsonNode subscribed = client.events().take("subscribed", channel);
            assertTrue(subscribed.path("recovered").asBoolean(), subscribed::toString);
            client.events().takeNumbers(channel, 11, 60);
        }
        SdkClient speaker = clients.get(Sdk.JS_SSE);
        assertEquals("{}", speaker.publish(channel, Map.of("n", 61)).toString());
        clients.values().forEach(client -> client.events().takeNumbers(channel, 61, 61));
        cluster.restore(EdgeCluster.HOME);
    }

    private SdkClient connected(Sdk sdk, String address, String user) throws IOException {
        SdkClient client = open(sdk, address, cluster.issuer().token(user, HOUR));
        client.connect();
        client.events().take("connected");
        return client;
    }

    /** Commands of those without WebSockets go to another region's node than their stream. */
    private SdkClient open(Sdk sdk, String address, String... tokens) throws IOException {
        SdkClient client = sdk.open(nodeJs, new Door(address, cluster.edge("ap"), List.of(tokens)));
        opened.add(0, client);
        return client;
    }

    private LoadBalancer way(String... regions) throws IOException {
        List<String> nodes = new ArrayList<>();
        for (String region : regions) {
            nodes.add(cluster.edge(region));
        }
        LoadBalancer way = new LoadBalancer(nodes);
        opened.add(way);
        return way;
    }

    private static void subscribe(SdkClient client, String channel) {
        client.subscribe(channel);
        client.events().take("subscribed", channel);
    }

    private static void publishByGrpc(String channel, int first, int last) {
        List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
        for (int n = first; n <= last; n++) {
            receipts.add(grpc.publish(channel, OutgoingMessage.of("{\"n\":" + n + "}")));
        }
        receipts.forEach(CompletableFuture::join);
    }

    private static List<String> numbers(SdkClient client, String channel, Map<String, Object> query) {
        return client.history(channel, query).findValuesAsText("n");
    }

    private static int code(JsonNode answer) {
        return answer.at("/error/code").asInt();
    }
}
