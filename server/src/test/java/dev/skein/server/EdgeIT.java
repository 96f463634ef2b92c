package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The edge of three real nodes, spoken to over WebSockets. */
@Timeout(180)
class EdgeIT {

    @TempDir
    static Path directory;

    private static final Map<String, SkeinServer> NODES = new HashMap<>();

    @BeforeAll
    static void startNodes() {
        TestNodes nodes = new TestNodes(directory, "[{name: chat, shards: 2}]", "us", "eu", "ap")
                .withNodeOptions("  edge: {listen: \"127.0.0.1:0\", origins: [\"https://*.chat.example\"]}\n");
        for (SkeinServer node : nodes.startAll()) {
            NODES.put(node.id().value(), node);
        }
    }

    @AfterAll
    static void stopNodes() {
        NODES.values().forEach(SkeinServer::closeAtOnce);
    }

    @Test
    void whatIsPublishedInOneRegionArrivesInAnother() {
        try (EdgeClient alice = EdgeClient.connected(edge("us-a"));
                EdgeClient bob = EdgeClient.connected(edge("ap-a"))) {
            JsonNode subscribed = bob.ask("subscribe", "{\"channel\":\"chat:hall\"}");
            assertEquals("{}", subscribed.path("subscribe").toString(), "no position was asked for");

            for (int i = 1; i <= 3; i++) {
                String data = "{\"n\":" + i + ", \"text\": \"grüße\"}";
                assertEquals(
                        "{}",
                        alice.ask("publish", "{\"channel\":\"chat:hall\",\"data\":" + data + "}")
                                .path("publish")
                                .toString());
                JsonNode publication = bob.publication();
                assertEquals(i, publication.at("/data/n").asInt());
                assertEquals(i, publication.path("offset").asLong());
                assertFalse(publication.at("/info/client").asText().isEmpty());
            }
        }
    }

    @Test
    void connectAndSubscribeMayComeInOneFrame() {
        try (EdgeClient client = new EdgeClient(edge("us-a"))) {
            client.send("{\"id\":1,\"connect\":{\"name\":\"js\"}}\n"
                    + "{\"id\":2,\"subscribe\":{\"channel\":\"chat:frame\",\"positioned\":true,\"recoverable\":true}}");
            JsonNode connected =
                    client.await(reply -> reply.path("id").asInt() == 1).path("connect");
            assertEquals(25, connected.path("ping").asInt());
            assertTrue(connected.path("pong").asBoolean());
            JsonNode subscribed =
                    client.await(reply -> reply.path("id").asInt() == 2).path("subscribe");
            assertTrue(subscribed.path("positioned").asBoolean());
            assertTrue(subscribed.path("recoverable").asBoolean());
        }
    }

    @Test
    void whatWasMissedComesAfterTheAnswerInWhateverRegion() {
        try (EdgeClient publisher = EdgeClient.connected(edge("us-a"))) {
            String epoch;
            try (EdgeClient reader = EdgeClient.connected(edge("eu-a"))) {
                reader.ask("subscribe", "{\"channel\":\"chat:missed\",\"recoverable\":true}");
                publish(publisher, "chat:missed", 1);
                epoch = reader.publication().path("epoch").asText();
                assertFalse(epoch.isEmpty(), "the first publication names the epoch");
            }
            for (int i = 2; i <= 700; i++) {
                publish(publisher, "chat:missed", i);
            }
            try (EdgeClient again = EdgeClient.connected(edge("ap-a"))) {
                JsonNode subscribed =
                        again.ask("subscribe", recover("chat:missed", 1, epoch)).path("subscribe");
                assertTrue(subscribed.path("recovered").asBoolean(), subscribed.toString());
                assertTrue(subscribed.path("was_recovering").asBoolean());
                assertEquals(1, subscribed.path("offset").asLong());
                assertEquals(epoch, subscribed.path("epoch").asText());
                publish(publisher, "chat:missed", 701);
                for (int i = 2; i <= 701; i++) {
                    JsonNode publication = again.publication();
                    assertEquals(i, publication.path("offset").asLong());
                    assertEquals(i, publication.at("/data/n").asInt());
                }
            }
            try (EdgeClient nothingMissed = EdgeClient.connected(edge("eu-a"))) {
                JsonNode subscribed = nothingMissed
                        .ask("subscribe", recover("chat:missed", 701, epoch))
                        .path("subscribe");
                assertTrue(subscribed.path("recovered").asBoolean());
                assertEquals(701, subscribed.path("offset").asLong());
            }
        }
    }

    @Test
    void aPositionThatIsNoGoodIsToldAndDeliveryBeginsWithTheNewest() {
        try (EdgeClient publisher = EdgeClient.connected(edge("us-a"));
                EdgeClient reader = EdgeClient.connected(edge("us-a"))) {
            publish(publisher, "chat:lost", 1);
            for (String position : List.of(recover("chat:lost", 1, "zzz"), recover("chat:lost", 99, ""))) {
                JsonNode subscribed = reader.ask("subscribe", position).path("subscribe");
                assertFalse(subscribed.path("recovered").asBoolean(), subscribed.toString());
                assertTrue(subscribed.path("was_recovering").asBoolean());
                assertTrue(subscribed.path("offset").asLong() >= 1);
                publish(publisher, "chat:lost", 2);
                assertEquals(2, reader.publication().at("/data/n").asInt());
                reader.ask("unsubscribe", "{\"channel\":\"chat:lost\"}");
            }
            JsonNode refused = reader.ask(
                    "subscribe",
                    "{\"channel\":\"chat:lost\",\"recover\":true,\"offset\":1,\"epoch\":\"zzz\",\"flag\":3}");
            assertEquals(112, refused.at("/error/code").asInt());
        }
    }

    @Test
    void whoAsksForDifferencesIsSentThemAfterTheFirstMessage() {
        String longText = "the quick brown fox jumps over the lazy dog. ".repeat(20);
        try (EdgeClient publisher = EdgeClient.connected(edge("us-a"));
                EdgeClient reader = EdgeClient.connected(edge("eu-a"))) {
            JsonNode subscribed = reader.ask("subscribe", "{\"channel\":\"chat:delta\",\"delta\":\"fossil\"}");
            assertTrue(subscribed.at("/subscribe/delta").asBoolean());
            for (int i = 1; i <= 3; i++) {
                String data = "{\"text\":\"" + longText + "\",\"n\":" + i + "}";
                publisher.ask("publish", "{\"channel\":\"chat:delta\",\"data\":" + data + "}");
                JsonNode publication = reader.publication();
                assertEquals(i > 1, publication.path("delta").asBoolean(), publication.toString());
                String sent = publication.path("data").textValue();
                if (i == 1) {
                    assertEquals(data, sent);
                } else {
                    assertTrue(sent.length() < 60 && sent.endsWith(";"), sent);
                }
            }
            reader.ask("unsubscribe", "{\"channel\":\"chat:delta\"}");
            reader.send("{\"id\":99,\"subscribe\":{\"channel\":\"chat:delta\",\"delta\":\"other\"}}");
            assertEquals(3501, reader.closeCode());
        }
    }

    @Test
    void historyIsPagedBothWays() {
        try (EdgeClient client = EdgeClient.connected(edge("eu-a"))) {
            for (int i = 1; i <= 5; i++) {
                publish(client, "chat:past", i);
            }
            JsonNode position =
                    client.ask("history", "{\"channel\":\"chat:past\"}").path("history");
            assertEquals(5, position.path("offset").asLong());
            assertEquals(0, position.path("publications").size());
            String epoch = position.path("epoch").asText();

            assertEquals("[1, 2]", numbers(client, "{\"channel\":\"chat:past\",\"limit\":2}"));
            assertEquals("[1, 2, 3, 4, 5]", numbers(client, "{\"channel\":\"chat:past\",\"limit\":-1}"));
            assertEquals("[5, 4]", numbers(client, "{\"channel\":\"chat:past\",\"limit\":2,\"reverse\":true}"));
            assertEquals("[4, 5]", numbers(client, since(3, epoch, false)));
            assertEquals("[2, 1]", numbers(client, since(3, epoch, true)));
            assertEquals("[]", numbers(client, since(5, epoch, false)));
            JsonNode wrongEpoch = client.ask("history", since(3, "zzz", false));
            assertEquals(112, wrongEpoch.at("/error/code").asInt());
        }
    }

    @Test
    void unsubscribingEndsTheDelivery() {
        try (EdgeClient client = EdgeClient.connected(edge("us-a"))) {
            client.ask("subscribe", "{\"channel\":\"chat:left\"}");
            assertEquals(
                    105,
                    client.ask("subscribe", "{\"channel\":\"chat:left\"}")
                            .at("/error/code")
                            .asInt());
            assertTrue(client.ask("unsubscribe", "{\"channel\":\"chat:left\"}").has("unsubscribe"));
            client.ask("subscribe", "{\"channel\":\"chat:stays\"}");
            publish(client, "chat:left", 1);
            publish(client, "chat:stays", 2);
            assertEquals(2, client.publication().at("/data/n").asInt());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "publish|{\"channel\":\"other:x\",\"data\":{}}|102",
                "publish|{\"channel\":\"chat:x\"}|107",
                "publish|{\"channel\":\"chat:x\",\"data\":{},\"type\":1}|108",
                "subscribe|{\"channel\":\"other:x\"}|102",
                "subscribe|{\"channel\":\"chat:x\",\"type\":1}|108",
                "subscribe|{\"channel\":\"chat:x\",\"tf\":{\"op\":\"and\"}}|107",
                "history|{\"channel\":\"other:x\",\"limit\":1}|102",
                "history|{\"channel\":\"chat:x\",\"limit\":1,\"reverse\":true,\"since\":{\"offset\":0}}|107",
                "presence|{\"channel\":\"chat:x\"}|108",
                "presence_stats|{\"channel\":\"chat:x\"}|108",
                "rpc|{\"method\":\"m\"}|108"
            })
    void aRefusalHasItsCodeAndTheSessionGoesOn(String command, String request, int code) {
        try (EdgeClient client = EdgeClient.connected(edge("us-a"))) {
            JsonNode answer = client.ask(command, request);
            assertEquals(code, answer.at("/error/code").asInt(), answer.toString());
            assertFalse(answer.at("/error/message").asText().isEmpty());
            publish(client, "chat:goes-on", 1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|{\"id\":1,\"subscribe\":{\"channel\":\"chat:x\"}}|3501",
                "|{\"connect\":{}}|3501",
                "|nonsense|3501",
                "connect|{\"id\":2,\"connect\":{}}|3501",
                "connect|{}|3501",
                "connect|{\"publish\":{\"channel\":\"chat:x\",\"data\":1}}|3501",
                "connect|{\"id\":2,\"publish\":{\"data\":1}}|3501",
                "connect|{\"id\":2,\"ping\":{}}|3501",
                "connect|{\"id\":2}|3501",
                "connect|{\"send\":{\"data\":1}}|3508"
            })
    void whoBreaksTheProtocolIsSentAwayWithItsCode(String before, String frame, int code) {
        try (EdgeClient client = new EdgeClient(edge("eu-a"))) {
            if (before != null) {
                client.ask(before, "{}");
            }
            client.send(frame);
            assertEquals(code, client.closeCode());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutWebSocketsCommandsComeByRequestsOfTheirOwn(boolean events) {
        String connect = "{\"id\":1,\"connect\":{}}";
        String channel = events ? "chat:events" : "chat:lines";
        String node = edge("us-a");
        try (EdgeStream stream = events ? EdgeStream.ofEvents(node, connect) : EdgeStream.ofLines(node, connect);
                EdgeClient publisher = EdgeClient.connected(edge("eu-a"))) {
            JsonNode connected = stream.next().path("connect");
            assertFalse(connected.path("session").asText().isEmpty());
            assertEquals("us-a", connected.path("node").asText());
            assertFalse(connected.path("pong").asBoolean());

            String subscribe = "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}";
            assertEquals(204, stream.send(connected, subscribe));
            assertEquals(2, stream.next().path("id").asInt());
            publish(publisher, channel, 1);
            publish(publisher, channel, 2);
            assertEquals(1, stream.next().at("/push/pub/data/n").asInt());
            assertEquals(2, stream.next().at("/push/pub/data/n").asInt());

            JsonNode another = connected.deepCopy();
            ((ObjectNode) another).put("session", "guessed");
            assertEquals(404, stream.send(another, subscribe));
            assertEquals(404, stream.send(edge("eu-a"), another, subscribe));
            String elsewhere = "{\"id\":3,\"unsubscribe\":{\"channel\":\"" + channel + "\"}}";
            assertEquals(204, stream.send(edge("eu-a"), connected, elsewhere));
            assertEquals(3, stream.next().path("id").asInt());
            for (String unknown : List.of("zz-z", "NO NODE", "")) {
                ((ObjectNode) another).put("node", unknown);
                assertEquals(404, stream.send(another, subscribe));
            }
            assertEquals(204, stream.send(connected, "nonsense"));
            assertEquals(3501, stream.next().at("/push/disconnect/code").asInt());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoOnlyListensIsPushedWhatItNamedWhenItConnected(boolean events) {
        String channel = events ? "chat:heard-events" : "chat:heard-lines";
        String connect = "{\"subs\":{\"" + channel + "\":{},\"other:x\":{}}}";
        String epoch;
        try (EdgeClient publisher = EdgeClient.connected(edge("eu-a"))) {
            try (EdgeStream stream = EdgeStream.ofPushes(edge("us-a"), events, connect)) {
                JsonNode connected = stream.next().path("connect");
                assertFalse(connected.path("session").asText().isEmpty(), connected.toString());
                assertFalse(connected.path("pong").asBoolean());
                assertTrue(
                        connected.path("subs").path(channel).path("recoverable").asBoolean());
                assertFalse(connected.path("subs").has("other:x"), "what can't be followed is left out");
                publish(publisher, channel, 1);
                JsonNode first = stream.next();
                assertEquals(channel, first.path("channel").asText());
                assertEquals(1, first.at("/pub/data/n").asInt());
                epoch = first.at("/pub/epoch").asText();
                assertEquals(404, stream.send(connected, "{\"id\":9,\"publish\":{}}"), "nobody speaks for it");
            }
            publish(publisher, channel, 2);
            publish(publisher, channel, 3);
            String again =
                    "{\"subs\":{\"" + channel + "\":{\"recover\":true,\"offset\":1,\"epoch\":\"" + epoch + "\"}}}";
            try (EdgeStream stream = EdgeStream.ofPushes(edge("ap-a"), events, again)) {
                JsonNode subscribed = stream.next().at("/connect/subs").path(channel);
                assertTrue(subscribed.path("recovered").asBoolean(), subscribed.toString());
                assertEquals(2, stream.next().at("/pub/data/n").asInt());
                assertEquals(3, stream.next().at("/pub/data/n").asInt());
            }
        }
        try (EdgeStream plain = EdgeStream.ofPushes(edge("us-a"), events, "")) {
            assertTrue(plain.next().has("connect"));
        }
        try (EdgeStream malformed = EdgeStream.ofPushes(edge("us-a"), events, "{\"subs\":7}")) {
            assertEquals(3501, malformed.next().at("/disconnect/code").asInt());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWebSocketMayOnlyListen(boolean inAddress) {
        String channel = inAddress ? "chat:ws-address" : "chat:ws-message";
        String connect = "{\"subs\":{\"" + channel + "\":{}}}";
        try (EdgeClient publisher = EdgeClient.connected(edge("eu-a"));
                EdgeClient listener = EdgeClient.listening(edge("us-a"), inAddress ? connect : "")) {
            if (!inAddress) {
                listener.send(connect);
            }
            JsonNode connected = listener.next().path("connect");
            assertTrue(connected.path("subs").has(channel), connected.toString());
            publish(publisher, channel, 1);
            listener.send("{\"id\":2,\"publish\":{\"channel\":\"" + channel + "\",\"data\":2}}");
            publish(publisher, channel, 3);
            assertEquals(1, listener.next().at("/pub/data/n").asInt());
            assertEquals(3, listener.next().at("/pub/data/n").asInt());
        }
        try (EdgeClient malformed = EdgeClient.listening(edge("us-a"), "nonsense")) {
            assertEquals(3501, malformed.next().at("/disconnect/code").asInt());
            assertEquals(3501, malformed.closeCode());
        }
    }

    @Test
    void aChannelCanBePolled() throws Exception {
        try (EdgeClient publisher = EdgeClient.connected(edge("us-a"))) {
            JsonNode begin = poll("chat:polled", "").get();
            publish(publisher, "chat:polled", 1);
            publish(publisher, "chat:polled", 2);
            String position = begin.path("position").asText();
            for (int seen = 0; seen < 2; ) {
                JsonNode answer = poll("chat:polled", position).get();
                for (JsonNode message : answer.path("messages")) {
                    assertEquals(++seen, message.at("/data/n").asInt());
                    assertEquals(seen, message.path("offset").asLong());
                }
                position = answer.path("position").asText();
            }
            CompletableFuture<JsonNode> waiting = poll("chat:polled", position);
            publish(publisher, "chat:polled", 3);
            assertEquals(3, waiting.get().at("/messages/0/data/n").asInt());

            JsonNode foreign = poll("chat:polled", "zzz.1").get();
            assertTrue(foreign.path("reset").asBoolean());
            assertTrue(foreign.path("position").asText().endsWith(".3"), foreign.toString());
            assertEquals(
                    400,
                    EdgeHttpCall.get(edge("us-a"), "/poll?channel=chat:polled&after=x")
                            .statusCode());
            assertEquals(
                    404, EdgeHttpCall.get(edge("us-a"), "/poll?channel=other:x").statusCode());
            assertEquals(400, EdgeHttpCall.get(edge("us-a"), "/poll").statusCode());
        }
    }

    private static CompletableFuture<JsonNode> poll(String channel, String position) {
        String after = position.isEmpty() ? "" : "&after=" + position;
        return EdgeHttpCall.json(edge("ap-a"), "/poll?channel=" + channel + after);
    }

    @Test
    void anEventSourceGoesOnAfterTheLastEventThatItHasSeen() {
        try (EdgeClient publisher = EdgeClient.connected(edge("us-a"))) {
            String last;
            try (EdgeEvents events = new EdgeEvents(edge("eu-a"), "chat:source", "")) {
                assertEquals("open", events.next().get("event"));
                publish(publisher, "chat:source", 1);
                Map<String, String> first = events.next();
                assertEquals("{\"n\":1}", first.get("data"));
                last = first.get("id");
            }
            publish(publisher, "chat:source", 2);
            publish(publisher, "chat:source", 3);
            try (EdgeEvents again = new EdgeEvents(edge("ap-a"), "chat:source", last)) {
                assertEquals("open", again.next().get("event"));
                assertEquals("{\"n\":2}", again.next().get("data"));
                assertEquals("{\"n\":3}", again.next().get("data"));
            }
            try (EdgeEvents foreign = new EdgeEvents(edge("ap-a"), "chat:source", "zzz.1")) {
                assertEquals("reset", foreign.next().get("event"));
                assertTrue(foreign.next().get("id").endsWith(".3"));
            }
            try (EdgeEvents refused = new EdgeEvents(edge("ap-a"), "other:x", "")) {
                assertEquals("refused", refused.next().get("event"));
            }
        }
    }

    @Test
    void aBrowserIsToldWhatItsPageMayAsk() {
        String origin = "https://eu.chat.example";
        var preflight = EdgeHttpCall.options(edge("us-a"), "/emulation", origin);
        assertEquals(204, preflight.statusCode());
        assertEquals(
                origin,
                preflight.headers().firstValue("access-control-allow-origin").orElseThrow());
        assertEquals(
                "content-type",
                preflight.headers().firstValue("access-control-allow-headers").orElseThrow());
        assertEquals(
                403,
                EdgeHttpCall.options(edge("us-a"), "/emulation", "https://evil.example")
                        .statusCode());
        assertEquals(404, EdgeHttpCall.get(edge("us-a"), "/").statusCode());
        assertEquals(405, EdgeHttpCall.get(edge("us-a"), "/emulation").statusCode());
        assertEquals("{}", EdgeHttpCall.get(edge("us-a"), "/health").body());
    }

    @Test
    void aFrameThatIsTooLargeIsRefusedWithTheCodeOfWebSockets() {
        try (EdgeClient client = EdgeClient.connected(edge("us-a"))) {
            client.send("{\"id\":2,\"publish\":{\"channel\":\"chat:x\",\"data\":\"" + "x".repeat(65_536) + "\"}}");
            assertEquals(1009, client.closeCode());
        }
    }

    @Test
    void onlyPagesOfKnownOriginsMayConnect() {
        new EdgeClient(edge("us-a"), "Origin", "https://EU.chat.example").close();
        for (String origin : List.of("https://chat.example.evil", "https://evil.example", "null")) {
            CompletionException refused =
                    assertThrows(CompletionException.class, () -> new EdgeClient(edge("us-a"), "Origin", origin));
            assertEquals(
                    403,
                    assertInstanceOf(WebSocketHandshakeException.class, refused.getCause())
                            .getResponse()
                            .statusCode());
        }
    }

    private static void publish(EdgeClient client, String channel, int number) {
        JsonNode answer = client.ask("publish", "{\"channel\":\"" + channel + "\",\"data\":{\"n\":" + number + "}}");
        assertTrue(answer.has("publish"), answer.toString());
    }

    private static String recover(String channel, long offset, String epoch) {
        return "{\"channel\":\"" + channel + "\",\"recover\":true,\"offset\":" + offset + ",\"epoch\":\"" + epoch
                + "\"}";
    }

    private static String since(long offset, String epoch, boolean reverse) {
        return "{\"channel\":\"chat:past\",\"limit\":10,\"reverse\":" + reverse + ",\"since\":{\"offset\":" + offset
                + ",\"epoch\":\"" + epoch + "\"}}";
    }

    private static String numbers(EdgeClient client, String request) {
        return client.ask("history", request)
                .at("/history/publications")
                .findValuesAsText("n")
                .toString();
    }

    private static String edge(String node) {
        return NODES.get(node).edgeAddress().orElseThrow();
    }
}
