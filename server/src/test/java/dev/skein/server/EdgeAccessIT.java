package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.server.access.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in at the edge of nodes that control access, and what it may do there. */
@Timeout(180)
class EdgeAccessIT {

    private static final Tokens ISSUER = new Tokens();

    @TempDir
    private static Path directory;

    private static List<SkeinServer> nodes = List.of();

    @BeforeAll
    static void start() throws IOException {
        Path jwks = Files.writeString(directory.resolve("jwks"), ISSUER.jwks());
        nodes = new TestNodes(directory, "[{name: default, shards: 1}]", "us", "eu", "ap")
                .withNodeOptions("  access:\n    tokens: {jwks: " + jwks + ", audience: " + Tokens.AUDIENCE
                        + "}\n  edge: {listen: \"127.0.0.1:0\"}\n")
                .startAll();
    }

    @AfterAll
    static void stop() {
        nodes.forEach(SkeinServer::closeAtOnce);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hs", "rs", "es", "ed"})
    void aGoodTokenOfAnyAlgorithmLetsInForWhatItAllows(String kid) {
        try (EdgeClient client = new EdgeClient(edge())) {
            JsonNode connected =
                    client.ask("connect", token(kid, claims(3_600))).path("connect");
            assertTrue(connected.path("expires").asBoolean(), connected.toString());
            int ttl = connected.path("ttl").asInt();
            assertTrue(ttl > 3_000 && ttl <= 3_590, ttl + " s: in time before it ends");

            assertTrue(client.ask("subscribe", "{\"channel\":\"default:" + kid + "\"}")
                    .has("subscribe"));
            assertTrue(client.ask("publish", "{\"channel\":\"default:" + kid + "\",\"data\":1}")
                    .has("publish"));
            assertEquals("ann", client.publication().at("/info/user").asText());
            assertTrue(client.ask("history", "{\"channel\":\"default:" + kid + "\",\"limit\":1}")
                    .has("history"));
        }
    }

    @Test
    void whatATokenDoesNotAllowIsDenied() {
        Map<String, String> claims = claims(3_600);
        claims.put("caps", "[{\"channels\":\"default:mine\",\"permissions\":[\"subscribe\"]}]");
        try (EdgeClient client = new EdgeClient(edge())) {
            client.ask("connect", token("es", claims));
            assertTrue(client.ask("subscribe", "{\"channel\":\"default:mine\"}").has("subscribe"));
            assertEquals(103, code(client.ask("subscribe", "{\"channel\":\"default:yours\"}")));
            assertEquals(103, code(client.ask("publish", "{\"channel\":\"default:mine\",\"data\":1}")));
            assertEquals(103, code(client.ask("history", "{\"channel\":\"default:mine\",\"limit\":1}")));
        }
    }

    @Test
    void withoutATokenNobodyGetsIn() {
        try (EdgeClient client = new EdgeClient(edge())) {
            assertEquals(101, code(client.ask("connect", "{}")));
            client.send("{\"id\":2,\"subscribe\":{\"channel\":\"default:x\"}}");
            assertEquals(3501, client.closeCode());
        }
        assertEquals(401, EdgeHttpCall.get(edge(), "/poll?channel=default:x").statusCode());
        assertEquals(401, EdgeHttpCall.get(edge(), "/events?channel=default:x").statusCode());
    }

    @Test
    void anExpiredTokenIsToldSoThatTheClientFetchesAnother() {
        try (EdgeClient client = new EdgeClient(edge())) {
            assertEquals(109, code(client.ask("connect", token("es", claims(-5)))));
        }
    }

    @Test
    void aBadTokenEndsTheSessionForGood() {
        Map<String, String> foreign = claims(3_600);
        foreign.put("aud", "\"another\"");
        List<String> bad = List.of(
                "{\"token\":\"nonsense\"}",
                "{\"token\":\"a.b.c\"}",
                token("es", foreign),
                "{\"token\":\"" + new Tokens().token("es", claims(3_600)) + "\"}");
        for (String connect : bad) {
            try (EdgeClient client = new EdgeClient(edge())) {
                client.send("{\"id\":1,\"connect\":" + connect + "}");
                assertEquals(3500, client.closeCode(), connect);
            }
        }
    }

    @Test
    void aSessionGoesOnWithANewTokenOfTheSameUserOnly() {
        try (EdgeClient client = new EdgeClient(edge())) {
            client.ask("connect", token("es", claims(60)));
            JsonNode refreshed =
                    client.ask("refresh", token("es", claims(3_600))).path("refresh");
            assertTrue(refreshed.path("expires").asBoolean());
            assertTrue(refreshed.path("ttl").asInt() > 3_000);

            Map<String, String> bob = claims(3_600);
            bob.put("sub", "\"bob\"");
            client.send("{\"id\":9,\"refresh\":" + token("es", bob) + "}");
            assertEquals(3500, client.closeCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hs", "rs", "es", "ed"})
    void aChannelsTokenLetsFollowItWhateverElseIsAllowed(String kid) {
        String channel = "default:by-token-" + kid;
        try (EdgeClient client = new EdgeClient(edge());
                EdgeClient publisher = new EdgeClient(edge())) {
            publisher.ask("connect", token("es", claims(3_600)));
            Map<String, String> poor = claims(3_600);
            poor.put("caps", "[{\"channels\":\"default:by-token-" + kid + "\",\"permissions\":[\"publish\"]}]");
            poor.put("info", "{\"name\" : \"Ann\"}");
            client.ask("connect", token("es", poor));
            assertEquals(103, code(client.ask("subscribe", "{\"channel\":\"" + channel + "\"}")));

            Map<String, String> claims = ofChannel(channel, 600);
            claims.put("info", "{\"seat\":7}");
            claims.put("data", "[1,\"two\"]");
            JsonNode subscribed =
                    client.ask("subscribe", subscribe(kid, channel, claims)).path("subscribe");
            assertTrue(subscribed.path("expires").asBoolean(), subscribed.toString());
            assertTrue(subscribed.path("ttl").asInt() > 590);
            assertEquals("[1,\"two\"]", subscribed.path("data").toString());

            client.ask("publish", "{\"channel\":\"" + channel + "\",\"data\":1}");
            JsonNode info = client.publication().path("info");
            assertEquals(7, info.at("/chan_info/seat").asInt(), info.toString());
            assertEquals("Ann", info.at("/conn_info/name").asText());
            publisher.ask("publish", "{\"channel\":\"" + channel + "\",\"data\":2}");
            assertFalse(client.publication().path("info").has("chan_info"));
        }
    }

    @Test
    void aChannelsTokenMustBeGood() {
        String channel = "default:guarded";
        Map<String, String> expired = ofChannel(channel, -5);
        Map<String, String> foreign = ofChannel(channel, 600);
        foreign.put("aud", "\"another\"");
        Map<String, String> over = ofChannel(channel, 600);
        over.put("expire_at", "" + (System.currentTimeMillis() / 1_000 - 5));
        try (EdgeClient client = new EdgeClient(edge())) {
            client.ask("connect", token("es", poorClaims()));
            assertEquals(109, code(client.ask("subscribe", subscribe("es", channel, expired))));
            assertEquals(110, code(client.ask("subscribe", subscribe("es", channel, over))));
            assertEquals(103, code(client.ask("subscribe", subscribe("es", channel, foreign))));
            assertEquals(103, code(client.ask("subscribe", subscribe("es", channel, claims(600)))));
            String forged = new Tokens().token("es", ofChannel(channel, 600));
            assertEquals(
                    103,
                    code(client.ask("subscribe", "{\"channel\":\"" + channel + "\",\"token\":\"" + forged + "\"}")));
            assertEquals(102, code(client.ask("subscribe", subscribe("es", "other:x", ofChannel("other:x", 600)))));
            assertTrue(client.ask("subscribe", subscribe("es", channel, ofChannel(channel, 600)))
                    .has("subscribe"));
        }
    }

    @Test
    void aChannelsTokenOfAnotherUserSessionOrChannelEndsTheSession() {
        String channel = "default:mine-only";
        Map<String, String> bobs = ofChannel(channel, 600);
        bobs.put("sub", "\"bob\"");
        Map<String, String> anotherSession = ofChannel(channel, 600);
        anotherSession.put("client", "\"f00\"");
        for (Map<String, String> wrong : List.of(bobs, anotherSession, ofChannel("default:else", 600))) {
            try (EdgeClient client = new EdgeClient(edge())) {
                client.ask("connect", token("es", poorClaims()));
                client.send("{\"id\":9,\"subscribe\":" + subscribe("es", channel, wrong) + "}");
                assertEquals(3500, client.closeCode());
            }
        }
    }

    @Test
    void aSubscriptionGoesOnWithANewerTokenOfItsChannel() {
        String channel = "default:renewed";
        try (EdgeClient client = new EdgeClient(edge())) {
            client.ask("connect", token("es", poorClaims()));
            assertEquals(103, code(client.ask("sub_refresh", subscribe("es", channel, ofChannel(channel, 600)))));
            client.ask("subscribe", subscribe("es", channel, ofChannel(channel, 60)));
            JsonNode refreshed = client.ask("sub_refresh", subscribe("es", channel, ofChannel(channel, 600)))
                    .path("sub_refresh");
            assertTrue(refreshed.path("expires").asBoolean(), refreshed.toString());
            assertTrue(refreshed.path("ttl").asInt() > 590);
            assertEquals(107, code(client.ask("sub_refresh", "{\"channel\":\"" + channel + "\"}")));
            assertEquals(110, code(client.ask("sub_refresh", subscribe("es", channel, ofChannel(channel, -5)))));
            client.send("{\"id\":9,\"sub_refresh\":" + subscribe("es", channel, ofChannel("default:else", 600)) + "}");
            assertEquals(3500, client.closeCode());
        }
    }

    @Test
    void whatIsSentInTheHopeOfBeingLetInIsDroppedWithARefusal() {
        try (EdgeClient client = new EdgeClient(edge())) {
            client.send("{\"id\":1,\"connect\":" + token("es", claims(-5))
                    + "}\n{\"id\":2,\"subscribe\":{\"channel\":\"default:x\"}}");
            assertEquals(109, code(client.await(reply -> reply.path("id").asInt() == 1)));
            client.send("{\"id\":3,\"subscribe\":{\"channel\":\"default:x\"}}");
            assertEquals(3501, client.closeCode());
        }
    }

    @Test
    void whatATokenSaysToFollowIsFollowedFromTheStartAndFromWhereItWas() {
        Map<String, String> claims = poorClaims();
        claims.put("channels", "[\"default:news\",\"default:inbox\"]");
        claims.put("subs", "{\"default:inbox\":{\"info\":{\"role\":\"owner\"},\"data\":{\"hello\":1}}}");
        String epoch;
        try (EdgeClient publisher = new EdgeClient(edge())) {
            publisher.ask("connect", token("es", claims(3_600)));
            try (EdgeClient client = new EdgeClient(edge())) {
                client.send("{\"id\":1,\"connect\":" + token("es", claims)
                        + "}\n{\"id\":2,\"subscribe\":{\"channel\":\"default:inbox\"}}");
                JsonNode subs = client.next().at("/connect/subs");
                assertEquals(2, subs.size(), subs.toString());
                assertTrue(subs.at("/default:news/recoverable").asBoolean());
                assertTrue(subs.at("/default:news/positioned").asBoolean());
                assertEquals(1, subs.at("/default:inbox/data/hello").asInt());
                assertEquals(105, code(client.next()), "it has it already");
                publish(publisher, "default:inbox", 1);
                epoch = client.publication().path("epoch").asText();
            }
            publish(publisher, "default:inbox", 2);
            publish(publisher, "default:inbox", 3);
            try (EdgeClient again = new EdgeClient(edge())) {
                JsonNode subs = again.ask("connect", connect(claims, recover("default:inbox", 1, epoch)))
                        .at("/connect/subs");
                assertTrue(subs.at("/default:inbox/recovered").asBoolean(), subs.toString());
                assertTrue(subs.at("/default:inbox/was_recovering").asBoolean());
                assertEquals(1, subs.at("/default:inbox/offset").asInt());
                assertTrue(subs.has("default:news"), "all of them, always");
                assertEquals(2, again.publication().path("data").asInt());
                assertEquals(3, again.publication().path("data").asInt());
            }
            try (EdgeClient lost = new EdgeClient(edge())) {
                JsonNode subs = lost.ask("connect", connect(claims, recover("default:inbox", 1, "zzz")))
                        .at("/connect/subs");
                assertFalse(subs.at("/default:inbox/recovered").asBoolean(), subs.toString());
                assertTrue(subs.at("/default:inbox/was_recovering").asBoolean());
                assertEquals(3, subs.at("/default:inbox/offset").asInt());
                publish(publisher, "default:inbox", 4);
                assertEquals(4, lost.publication().path("data").asInt());
            }
        }
    }

    @Test
    void aTokenThatSaysToFollowWhatCannotBeFollowedLetsNobodyIn() {
        Map<String, String> unknown = claims(3_600);
        unknown.put("channels", "[\"other:x\"]");
        try (EdgeClient client = new EdgeClient(edge())) {
            assertEquals(102, code(client.ask("connect", token("es", unknown))));
        }
        Map<String, String> many = claims(3_600);
        many.put(
                "channels",
                IntStream.range(0, 129)
                        .mapToObj(i -> "\"default:" + i + "\"")
                        .collect(Collectors.joining(",", "[", "]")));
        Map<String, String> malformed = claims(3_600);
        malformed.put("subs", "{\"default:x\":7}");
        for (var each : Map.of(3505, many, 3500, malformed).entrySet()) {
            try (EdgeClient client = new EdgeClient(edge())) {
                client.send("{\"id\":1,\"connect\":" + token("es", each.getValue()) + "}");
                assertEquals(each.getKey(), client.closeCode());
            }
        }
    }

    @Test
    void aNewTokenMustSayToFollowTheSame() {
        Map<String, String> claims = claims(60);
        claims.put("channels", "[\"default:a\",\"default:b\"]");
        try (EdgeClient client = new EdgeClient(edge())) {
            client.ask("connect", token("es", claims));
            claims.put("channels", "[\"default:b\",\"default:a\"]");
            claims.put("jti", "\"t2\"");
            assertTrue(client.ask("refresh", token("es", claims)).has("refresh"));
            claims.put("channels", "[\"default:b\"]");
            client.send("{\"id\":9,\"refresh\":" + token("es", claims) + "}");
            assertEquals(3010, client.closeCode());
        }
    }

    @Test
    void whoOnlyListensHearsWhyItMayNot() {
        try (EdgeStream none = EdgeStream.ofPushes(edge(), false, "{}")) {
            assertEquals(3501, none.next().at("/disconnect/code").asInt());
        }
        try (EdgeStream expired = EdgeStream.ofPushes(edge(), true, token("es", claims(-5)))) {
            assertEquals(3005, expired.next().at("/disconnect/code").asInt());
        }
        Map<String, String> narrow = claims(3_600);
        narrow.put("caps", "[{\"channels\":\"default:may\",\"permissions\":[\"subscribe\"]}]");
        try (EdgeClient listener =
                EdgeClient.listening(edge(), connect(narrow, "\"default:may\":{},\"default:may-not\":{}"))) {
            JsonNode subs = listener.next().at("/connect/subs");
            assertEquals(1, subs.size(), subs.toString());
            assertTrue(subs.has("default:may"));
        }
    }

    private static void publish(EdgeClient client, String channel, int number) {
        JsonNode answer = client.ask("publish", "{\"channel\":\"" + channel + "\",\"data\":" + number + "}");
        assertTrue(answer.has("publish"), answer.toString());
    }

    private static String connect(Map<String, String> claims, String subs) {
        return "{\"token\":\"" + ISSUER.token("es", claims) + "\",\"subs\":{" + subs + "}}";
    }

    private static String recover(String channel, long offset, String epoch) {
        return "\"" + channel + "\":{\"recover\":true,\"offset\":" + offset + ",\"epoch\":\"" + epoch + "\"}";
    }

    @Test
    void plainReadersBringTheirTokenInTheAddress() {
        String good = ISSUER.token("es", claims(3_600));
        assertEquals(
                200,
                EdgeHttpCall.get(edge(), "/poll?channel=default:x&token=" + good)
                        .statusCode());
        assertEquals(
                403,
                EdgeHttpCall.get(edge(), "/poll?channel=other:x&token=" + good).statusCode());
        assertEquals(
                401,
                EdgeHttpCall.get(edge(), "/poll?channel=default:x&token=bad").statusCode());
    }

    private static Map<String, String> claims(long seconds) {
        Map<String, String> claims = Tokens.claims(System.currentTimeMillis());
        long now = System.currentTimeMillis() / 1_000;
        claims.put("iat", "" + (now - 10));
        claims.put("exp", "" + (now + seconds));
        return claims;
    }

    /** Of somebody who may hardly do anything. */
    private static Map<String, String> poorClaims() {
        Map<String, String> claims = claims(3_600);
        claims.put("caps", "[{\"channels\":\"default:nothing\",\"permissions\":[\"publish\"]}]");
        return claims;
    }

    private static Map<String, String> ofChannel(String channel, long seconds) {
        Map<String, String> claims = claims(seconds);
        claims.remove("caps");
        claims.put("channel", "\"" + channel + "\"");
        return claims;
    }

    private static String subscribe(String kid, String channel, Map<String, String> claims) {
        return "{\"channel\":\"" + channel + "\",\"token\":\"" + ISSUER.token(kid, claims) + "\"}";
    }

    private static String token(String kid, Map<String, String> claims) {
        return "{\"token\":\"" + ISSUER.token(kid, claims) + "\"}";
    }

    private static int code(JsonNode answer) {
        return answer.at("/error/code").asInt();
    }

    private static String edge() {
        return nodes.get(0).edgeAddress().orElseThrow();
    }
}
