package dev.skein.server;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.ApiKey;
import dev.skein.proto.admin.v1.Capability;
import dev.skein.proto.admin.v1.CreateKeyRequest;
import dev.skein.proto.admin.v1.CreateKeyResponse;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.admin.v1.Presence;
import dev.skein.proto.edge.v1.ApiBroadcastRequest;
import dev.skein.proto.edge.v1.ApiBroadcastResponse;
import dev.skein.proto.edge.v1.ApiChannelsRequest;
import dev.skein.proto.edge.v1.ApiDisconnectRequest;
import dev.skein.proto.edge.v1.ApiHistoryResult;
import dev.skein.proto.edge.v1.ApiInfoRequest;
import dev.skein.proto.edge.v1.ApiInfoResponse;
import dev.skein.proto.edge.v1.ApiPublishRequest;
import dev.skein.proto.edge.v1.ApiPublishResponse;
import dev.skein.proto.edge.v1.ApiSteerResponse;
import dev.skein.proto.edge.v1.ApiSubscribeRequest;
import dev.skein.proto.edge.v1.HistoryRequest;
import dev.skein.proto.edge.v1.PresenceStatsRequest;
import dev.skein.proto.edge.v1.ServerApiGrpc;
import dev.skein.server.access.Tokens;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What applications' servers ask the edge of three real nodes for; the sessions are at other nodes than the requests. */
@Timeout(180)
class EdgeApiIT {

    private static final Tokens ISSUER = new Tokens();
    private static final String ROOT = "root.0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path directory;

    private static List<SkeinServer> nodes = List.of();

    @BeforeAll
    static void start() throws IOException {
        Path root = Files.writeString(directory.resolve("root"), ROOT);
        Path jwks = Files.writeString(directory.resolve("jwks"), ISSUER.jwks());
        nodes = new TestNodes(directory, "[{name: default, shards: 2}, {name: chat, shards: 1}]", "us", "eu", "ap")
                .withNodeOptions("  access:\n    rootKey: " + root + "\n    tokens: {jwks: " + jwks + ", audience: "
                        + Tokens.AUDIENCE + "}\n  edge: {listen: \"127.0.0.1:0\"}\n")
                .startAll();
        admin(stub -> stub.alterNamespace(AlterNamespaceRequest.newBuilder()
                .setName("chat")
                .setPresence(Presence.newBuilder().setEnabled(true))
                .build()));
    }

    @AfterAll
    static void stop() {
        nodes.forEach(SkeinServer::closeAtOnce);
    }

    @Test
    void publishesToThoseWhoFollowAtOtherNodes() {
        try (EdgeClient client = client(1, "ann")) {
            client.ask("subscribe", "{\"channel\":\"default:news\"}");

            JsonNode result = result(0, "publish", "{\"channel\":\"news\",\"data\":{\"a\":1},\"tags\":{\"t\":\"x\"}}");

            JsonNode got = client.publication();
            assertEquals("{\"a\":1}", got.path("data").toString());
            assertEquals("x", got.at("/tags/t").asText());
            assertEquals(got.path("offset").asLong(), result.path("offset").asLong());
            assertFalse(result.path("epoch").asText().isEmpty(), result::toString);
        }
    }

    @Test
    void theSameKeyThroughAnyNodeTakesEffectOnce() {
        Set<Long> offsets = new HashSet<>();
        for (int time = 0; time < 6; time++) {
            String body = "{\"channel\":\"once\",\"data\":" + time + ",\"idempotency_key\":\"k\"}";
            offsets.add(result(time % 3, "publish", body).path("offset").asLong());
        }
        assertEquals(Set.of(1L), offsets);
        JsonNode history = result(2, "history", "{\"channel\":\"once\",\"limit\":10}");
        assertEquals(1, history.path("publications").size(), history::toString);
        assertEquals(0, history.at("/publications/0/data").asInt());
    }

    @Test
    void broadcastsWithAnAnswerForEachChannel() {
        JsonNode result = result(1, "broadcast", "{\"channels\":[\"b1\",\"nowhere:b\",\"b2\"],\"data\":7}");
        assertEquals(1, result.at("/responses/0/result/offset").asInt(), result::toString);
        assertEquals(102, result.at("/responses/1/error/code").asInt(), result::toString);
        assertEquals(1, result.at("/responses/2/result/offset").asInt(), result::toString);
    }

    @Test
    void bytesThatAreNoJsonGoInBase64() {
        result(0, "publish", "{\"channel\":\"raw\",\"b64data\":\"/wA=\"}");
        JsonNode history = result(1, "history", "{\"channel\":\"raw\",\"limit\":1}");
        assertEquals("/wA=", history.at("/publications/0/b64data").asText(), history::toString);
    }

    @Test
    void whatIsNotKeptReachesThoseWhoAreThereOnly() {
        try (EdgeClient client = client(2, "ann")) {
            client.ask("subscribe", "{\"channel\":\"default:fleeting\"}");
            JsonNode result = result(0, "publish", "{\"channel\":\"fleeting\",\"data\":1,\"skip_history\":true}");
            assertEquals(0, result.path("offset").asInt());
            assertEquals(1, client.publication().path("data").asInt());
            assertEquals(
                    0,
                    result(0, "history", "{\"channel\":\"fleeting\"}")
                            .path("offset")
                            .asInt());
        }
    }

    @Test
    void tellsWhoIsThere() {
        try (EdgeClient ann = client(1, "ann");
                EdgeClient bob = client(2, "bob")) {
            for (EdgeClient each : List.of(ann, bob)) {
                assertTrue(each.ask("subscribe", "{\"channel\":\"chat:room\"}").has("subscribe"));
            }
            eventually(
                    "both are there",
                    () -> result(0, "presence_stats", "{\"channel\":\"chat:room\"}")
                                    .path("num_clients")
                                    .asInt()
                            == 2);
            JsonNode members =
                    result(0, "presence", "{\"channel\":\"chat:room\"}").path("presence");
            assertEquals(Set.of("ann", "bob"), Set.copyOf(members.findValuesAsText("user")));
        }
        assertEquals(108, code(call(0, "presence", "{\"channel\":\"default:x\"}")));
    }

    @Test
    void subscribesAndUnsubscribesAUserWhereverItIs() {
        try (EdgeClient ann = client(1, "ann-sub");
                EdgeClient bob = client(1, "bob-sub")) {
            result(0, "subscribe", "{\"user\":\"ann-sub\",\"channel\":\"default:steered\",\"data\":{\"hi\":1}}");
            JsonNode told = ann.push("subscribe");
            assertEquals("default:steered", told.path("channel").asText());
            assertEquals("{\"hi\":1}", told.at("/subscribe/data").toString());

            result(2, "publish", "{\"channel\":\"steered\",\"data\":\"for ann\"}");
            assertEquals("for ann", ann.publication().path("data").asText());

            result(2, "unsubscribe", "{\"user\":\"ann-sub\",\"channel\":\"default:steered\"}");
            assertEquals(2000, ann.push("unsubscribe").at("/unsubscribe/code").asInt());
            assertTrue(
                    bob.ask("history", "{\"channel\":\"default:steered\",\"limit\":1}")
                            .has("history"),
                    "bob heard nothing");
        }
    }

    @Test
    void subscribesFromAPositionOn() {
        JsonNode first = result(0, "publish", "{\"channel\":\"since\",\"data\":1}");
        result(0, "publish", "{\"channel\":\"since\",\"data\":2}");
        try (EdgeClient ann = client(2, "ann-since")) {
            result(
                    0,
                    "subscribe",
                    "{\"user\":\"ann-since\",\"channel\":\"default:since\",\"recover_since\":{\"offset\":1,\"epoch\":\""
                            + first.path("epoch").asText() + "\"}}");
            assertEquals(2, ann.publication().path("data").asInt());
        }
    }

    @Test
    void disconnectsAUserButForThoseThatAreSpared() {
        try (EdgeClient gone = new EdgeClient(edge(1));
                EdgeClient stays = new EdgeClient(edge(2))) {
            gone.ask("connect", token("eve"));
            String spared =
                    stays.ask("connect", token("eve")).at("/connect/client").asText();
            result(
                    0,
                    "disconnect",
                    "{\"user\":\"eve\",\"whitelist\":[\"" + spared
                            + "\"],\"disconnect\":{\"code\":4123,\"reason\":\"enough\"}}");
            assertEquals(4123, gone.closeCode());
            assertTrue(stays.ask("history", "{\"channel\":\"default:x\"}").has("history"));
        }
    }

    @Test
    void refreshChangesWhenASessionEnds() {
        try (EdgeClient client = client(1, "ref")) {
            long soon = System.currentTimeMillis() / 1_000 + 600;
            result(2, "refresh", "{\"user\":\"ref\",\"expire_at\":" + soon + "}");
            int ttl = client.push("refresh").at("/refresh/ttl").asInt();
            assertTrue(ttl > 500 && ttl <= 600, ttl + " s");
            result(2, "refresh", "{\"user\":\"ref\",\"expired\":true}");
            assertEquals(3005, client.closeCode());
        }
    }

    @Test
    void namesWhatIsFollowedAndWhoServesIt() {
        try (EdgeClient one = client(0, "one");
                EdgeClient two = client(1, "two")) {
            for (EdgeClient each : List.of(one, two)) {
                assertTrue(each.ask("subscribe", "{\"channel\":\"default:list-a\"}")
                        .has("subscribe"));
            }
            two.ask("subscribe", "{\"channel\":\"list-b\"}");
            JsonNode channels =
                    result(2, "channels", "{\"pattern\":\"default:list-*\"}").path("channels");
            assertEquals(2, channels.at("/default:list-a/num_clients").asInt(), channels::toString);
            assertEquals(1, channels.at("/default:list-b/num_clients").asInt(), channels::toString);
            assertEquals(2, channels.size(), channels::toString);

            JsonNode info = result(2, "info", "{}");
            assertEquals(3, info.path("nodes").size(), info::toString);
            assertTrue(info.path("nodes").findValues("num_clients").stream()
                            .mapToInt(JsonNode::asInt)
                            .sum()
                    >= 2);
            assertEquals(0, info.path("unreached").size(), info::toString);
        }
        eventually("nobody follows it any more", () -> result(2, "channels", "{\"pattern\":\"default:list-?\"}")
                .path("channels")
                .isEmpty());
    }

    @Test
    void onlyAKeyLetsIn() {
        assertEquals(401, EdgeHttpCall.post(edge(0), "/api/info", "{}").statusCode());
        assertEquals(401, call(0, "info", "{}", "X-API-Key", "root.wrong").statusCode());
        assertEquals(200, call(0, "info", "{}", "X-API-Key", ROOT).statusCode());
        assertEquals(
                200, call(0, "info", "{}", "Authorization", "apikey " + ROOT).statusCode());
        assertEquals(
                200,
                EdgeHttpCall.post(edge(0), "/api/info?api_key=" + ROOT, "{}").statusCode());
        String token = "Bearer " + ISSUER.token("es", claims("ann"));
        assertEquals(401, call(0, "info", "{}", "Authorization", token).statusCode());
    }

    @Test
    void aKeyMayDoWhatItsCapabilitiesSay() {
        String key = create("default:mine", Permission.PERMISSION_PUBLISH);
        assertEquals(
                200,
                call(1, "publish", "{\"channel\":\"mine\",\"data\":1}", "X-API-Key", key)
                        .statusCode());
        for (String denied : List.of(
                "publish {\"channel\":\"yours\",\"data\":1}",
                "history {\"channel\":\"mine\"}",
                "presence {\"channel\":\"mine\"}",
                "presence_stats {\"channel\":\"mine\"}",
                "subscribe {\"channel\":\"mine\",\"user\":\"ann\"}",
                "unsubscribe {\"channel\":\"mine\",\"user\":\"ann\"}",
                "disconnect {\"user\":\"ann\"}",
                "refresh {\"user\":\"ann\"}",
                "channels {}",
                "info {}")) {
            int space = denied.indexOf(' ');
            HttpResponse<String> response =
                    call(1, denied.substring(0, space), denied.substring(space + 1), "X-API-Key", key);
            assertEquals(103, code(response), () -> denied + ": " + response.body());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "publish|{\"channel\":\"x\"}|107|data: missing",
                "publish|{\"data\":1}|107|channel: missing",
                "publish|{\"channel\":\"x\",\"b64data\":\"%\"}|107|b64data: malformed",
                "publish|{\"channel\":\"no such:name\",\"data\":1}|107|",
                "publish|{\"channel\":\"nowhere:x\",\"data\":1}|102|nowhere",
                "publish|{\"channel\":\"x\",\"data\":1,\"version\":3}|108|",
                "publish|{\"channel\":\"x\",\"data\":1,\"tags\":{\"skein-edge-info\":\"me\"}}|107|tags: ",
                "publish|{\"channel\":\"x\",\"data\":1,\"idempotency_key\":\"k\",\"skip_history\":true}|107|idempotency_key",
                "broadcast|{\"channels\":[],\"data\":1}|107|channels: 0",
                "history|{\"channel\":\"\"}|107|",
                "subscribe|{\"user\":\"a\",\"channel\":\"\"}|107|channel: 0 bytes",
                "subscribe|{\"user\":\"a\",\"channel\":\"x\",\"expire_at\":-1}|107|expire_at: -1",
                "disconnect|{\"user\":\"a\",\"disconnect\":{\"code\":1000}}|107|disconnect.code: 1000",
                "history_remove|{\"channel\":\"x\"}|108|",
                "batch|{}|108|",
                "rpc|{}|104|",
            })
    void whatCanNotBeDoneIsRefusedWithTheFieldAndTheValue(String method, String body, int code, String text) {
        HttpResponse<String> response = call(0, method, body);
        assertEquals(200, response.statusCode());
        assertEquals(code, code(response), response::body);
        String message =
                EdgeHttpCall.parsed(response.body()).at("/error/message").asText();
        assertTrue(text == null || message.contains(text), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"channel\":1}", "{\"channel\":\"x\",\"data\":}"})
    void whatIsNoRequestIsMalformed(String body) {
        assertEquals(400, call(0, "publish", body).statusCode());
    }

    @Test
    void anErrorMayBeAStatus() {
        HttpResponse<String> response = call(
                0,
                "publish",
                "{\"channel\":\"nowhere:x\",\"data\":1}",
                "X-API-Key",
                ROOT,
                "X-Centrifugo-Error-Mode",
                "transport");
        assertEquals(404, response.statusCode());
        assertEquals(102, EdgeHttpCall.parsed(response.body()).path("code").asInt(), response::body);
    }

    @Test
    void othersAreNotFoundAndNothingIsTooLarge() {
        assertEquals(404, call(0, "magic", "{}").statusCode());
        assertEquals(404, EdgeHttpCall.get(edge(0), "/api/").statusCode());
        assertEquals(405, EdgeHttpCall.get(edge(0), "/api/info").statusCode());
        String large = "{\"channel\":\"x\",\"data\":\"" + "x".repeat(70_000) + "\"}";
        assertEquals(413, call(0, "publish", large).statusCode());
    }

    // ---- the same over gRPC

    @Test
    void overGrpcTheSameKeyTakesEffectOnceAndBytesAreAnyBytes() {
        ByteString payload = ByteString.copyFrom(new byte[] {(byte) 0xff, 0, '{'});
        for (int node = 0; node < 3; node++) {
            ApiPublishResponse answer = grpc(
                    node,
                    ROOT,
                    api -> api.publish(ApiPublishRequest.newBuilder()
                            .setChannel("grpc")
                            .setData(payload)
                            .setIdempotencyKey("once")
                            .build()));
            assertEquals(1, answer.getResult().getOffset(), answer::toString);
        }
        HistoryRequest request =
                HistoryRequest.newBuilder().setChannel("grpc").setLimit(10).build();
        ApiHistoryResult history = grpc(1, ROOT, api -> api.history(request)).getResult();
        assertEquals(1, history.getPublicationsCount());
        assertEquals(payload, history.getPublications(0).getData());
        ApiBroadcastResponse both = grpc(
                2,
                ROOT,
                api -> api.broadcast(ApiBroadcastRequest.newBuilder()
                        .addChannels("grpc")
                        .addChannels("nowhere:x")
                        .setData(payload)
                        .build()));
        assertEquals(2, both.getResult().getResponses(0).getResult().getOffset());
        assertEquals(102, both.getResult().getResponses(1).getError().getCode());
    }

    @Test
    void overGrpcSessionsOfOtherNodesAreSteered() {
        try (EdgeClient client = client(2, "gil")) {
            ApiSteerResponse subscribed = grpc(
                    0,
                    ROOT,
                    api -> api.subscribe(ApiSubscribeRequest.newBuilder()
                            .setUser("gil")
                            .setChannel("chat:room")
                            .build()));
            assertEquals(0, subscribed.getResult().getUnreachedCount(), subscribed::toString);
            client.push("subscribe");
            eventually(
                    "present",
                    () -> grpc(
                                            1,
                                            ROOT,
                                            api -> api.presenceStats(PresenceStatsRequest.newBuilder()
                                                    .setChannel("chat:room")
                                                    .build()))
                                    .getResult()
                                    .getNumClients()
                            == 1);
            assertTrue(grpc(1, ROOT, api -> api.channels(ApiChannelsRequest.getDefaultInstance()))
                    .getResult()
                    .containsChannels("chat:room"));
            assertEquals(
                    3,
                    grpc(1, ROOT, api -> api.info(ApiInfoRequest.getDefaultInstance()))
                            .getResult()
                            .getNodesCount());
            ApiSteerResponse ended = grpc(
                    1,
                    ROOT,
                    api -> api.disconnect(
                            ApiDisconnectRequest.newBuilder().setUser("gil").build()));
            assertFalse(ended.hasError(), ended::toString);
            assertEquals(3503, client.closeCode());
        }
    }

    @Test
    void overGrpcNobodyDoesMoreThanTheKeyAllows() {
        String reader = create("default:*", Permission.PERMISSION_HISTORY);
        ApiPublishResponse denied = grpc(
                0,
                reader,
                api -> api.publish(ApiPublishRequest.newBuilder()
                        .setChannel("x")
                        .setData(ByteString.copyFromUtf8("1"))
                        .build()));
        assertEquals(103, denied.getError().getCode(), denied::toString);
        ApiInfoResponse operators = grpc(0, reader, api -> api.info(ApiInfoRequest.getDefaultInstance()));
        assertEquals(103, operators.getError().getCode(), operators::toString);
        StatusRuntimeException unknown = assertThrows(
                StatusRuntimeException.class,
                () -> grpc(0, "root.wrong", api -> api.info(ApiInfoRequest.getDefaultInstance())));
        assertEquals(Status.Code.UNAUTHENTICATED, unknown.getStatus().getCode());
    }

    private static <T> T grpc(int node, String key, Function<ServerApiGrpc.ServerApiBlockingStub, T> wanted) {
        return called(
                node,
                key,
                (channel, credential) -> wanted.apply(ServerApiGrpc.newBlockingStub(channel)
                        .withInterceptors(credential)
                        .withWaitForReady()
                        .withDeadlineAfter(30, TimeUnit.SECONDS)));
    }

    // ---- calls

    private static JsonNode result(int node, String method, String body) {
        HttpResponse<String> response = call(node, method, body);
        assertEquals(200, response.statusCode(), response::body);
        JsonNode answer = EdgeHttpCall.parsed(response.body());
        assertTrue(answer.has("result"), response::body);
        return answer.path("result");
    }

    private static HttpResponse<String> call(int node, String method, String body) {
        return call(node, method, body, "X-API-Key", ROOT);
    }

    private static HttpResponse<String> call(int node, String method, String body, String... headers) {
        return EdgeHttpCall.post(edge(node), "/api/" + method, body, headers);
    }

    private static int code(HttpResponse<String> response) {
        return EdgeHttpCall.parsed(response.body()).at("/error/code").asInt();
    }

    private static EdgeClient client(int node, String user) {
        EdgeClient client = new EdgeClient(edge(node));
        JsonNode answer = client.ask("connect", token(user));
        assertTrue(answer.has("connect"), answer::toString);
        return client;
    }

    private static String token(String user) {
        return "{\"token\":\"" + ISSUER.token("es", claims(user)) + "\"}";
    }

    private static Map<String, String> claims(String user) {
        Map<String, String> claims = Tokens.claims(System.currentTimeMillis());
        long now = System.currentTimeMillis() / 1_000;
        claims.put("sub", "\"" + user + "\"");
        claims.put("iat", "" + (now - 10));
        claims.put("exp", "" + (now + 3_600));
        claims.put(
                "caps",
                "[{\"channels\":\"default:*\",\"permissions\":[\"publish\",\"subscribe\",\"history\"]},"
                        + "{\"channels\":\"chat:*\",\"permissions\":[\"subscribe\",\"presence\"]}]");
        return claims;
    }

    private static String edge(int node) {
        return nodes.get(node).edgeAddress().orElseThrow();
    }

    private interface Administration<T> {
        T by(AdminGrpc.AdminBlockingStub stub);
    }

    private static <T> T admin(Administration<T> wanted) {
        return called(
                0,
                ROOT,
                (channel, credential) -> wanted.by(AdminGrpc.newBlockingStub(channel)
                        .withInterceptors(credential)
                        .withWaitForReady()
                        .withDeadlineAfter(30, TimeUnit.SECONDS)));
    }

    /** Calls a node with a key. */
    private static <T> T called(int node, String key, BiFunction<ManagedChannel, ClientInterceptor, T> call) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "apikey " + key);
        ManagedChannel channel = NettyChannelBuilder.forTarget(nodes.get(node).clientAddress())
                .usePlaintext()
                .build();
        try {
            return call.apply(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        } finally {
            channel.shutdownNow();
        }
    }

    /** A key that every node knows. */
    private static String create(String channels, Permission permission) {
        ApiKey wanted = ApiKey.newBuilder()
                .addCapabilities(Capability.newBuilder().setChannels(channels).addPermissions(permission))
                .build();
        CreateKeyResponse created = admin(stub ->
                stub.createKey(CreateKeyRequest.newBuilder().setKey(wanted).build()));
        String key = created.getKey().getId() + "." + created.getSecret();
        for (int node = 0; node < 3; node++) {
            int at = node;
            eventually("known", () -> call(at, "info", "{}", "X-API-Key", key).statusCode() != 401);
        }
        return key;
    }
}
