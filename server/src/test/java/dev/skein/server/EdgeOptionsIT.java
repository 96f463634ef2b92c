package dev.skein.server;

import static dev.skein.core.testing.Eventually.eventually;
import static dev.skein.server.OptionNodes.channel;
import static dev.skein.server.OptionNodes.claims;
import static dev.skein.server.OptionNodes.code;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.EdgeClients;
import dev.skein.proto.admin.v1.EdgeGrant;
import dev.skein.proto.admin.v1.EdgeOptions;
import dev.skein.proto.admin.v1.EdgePayload;
import dev.skein.proto.admin.v1.ListNamespacesRequest;
import dev.skein.proto.admin.v1.ListNamespacesResponse;
import dev.skein.wire.Errors;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What namespaces' options come to at the edge of real nodes, for clients whose credentials allow everything. */
@Timeout(180)
class EdgeOptionsIT {

    @TempDir
    private static Path directory;

    private static OptionNodes nodes;

    @BeforeAll
    static void start() {
        nodes = new OptionNodes(directory);
        nodes.create("plain", false, options());
        nodes.create("readers", false, options().setPublish(EdgeClients.EDGE_CLIENTS_NOBODY));
        nodes.create(
                "members",
                false,
                options()
                        .setPublish(EdgeClients.EDGE_CLIENTS_SUBSCRIBERS)
                        .setPresence(EdgeClients.EDGE_CLIENTS_SUBSCRIBED_USERS)
                        .setHistory(EdgeClients.EDGE_CLIENTS_SUBSCRIBERS));
        nodes.create(
                "users",
                false,
                options()
                        .setSubscribe(EdgeClients.EDGE_CLIENTS_USERS)
                        .setPublish(EdgeClients.EDGE_CLIENTS_USERS)
                        .setPresence(EdgeClients.EDGE_CLIENTS_USERS)
                        .setHistory(EdgeClients.EDGE_CLIENTS_USERS));
        nodes.create("closed", false, options().setSubscribe(EdgeClients.EDGE_CLIENTS_NOBODY));
        nodes.create("hidden", true, options().setPresence(EdgeClients.EDGE_CLIENTS_NOBODY));
        nodes.create("forgetful", true, options().setHistory(EdgeClients.EDGE_CLIENTS_OFF));
        nodes.create("unread", false, options().setHistory(EdgeClients.EDGE_CLIENTS_NOBODY));
        nodes.create(
                "live",
                false,
                options().setRecovery(EdgeGrant.EDGE_GRANT_NEVER).setPositioning(EdgeGrant.EDGE_GRANT_NEVER));
        nodes.create("placed", false, options().setPositioning(EdgeGrant.EDGE_GRANT_ALWAYS));
        nodes.create("kept", false, options().setRecovery(EdgeGrant.EDGE_GRANT_ALWAYS));
        nodes.create("whole", false, options().setDifferences(EdgeGrant.EDGE_GRANT_NEVER));
        nodes.create("objects", false, options().setPayload(EdgePayload.EDGE_PAYLOAD_JSON_OBJECT));
        nodes.create("dialogs", false, options().setUserLimited(true));
        nodes.create("changing", false, options());
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // command (subscribed: after a subscribe) | channel | data | code
                "publish        | no  | plain:a           | 1        | 0",
                "publish        | no  | default:a         | 1        | 0",
                "publish        | no  | nowhere:a         | 1        | 102",
                "publish        | no  | readers:a         | 1        | 103",
                "publish        | yes | readers:a         | 1        | 103",
                "publish        | no  | members:a         | 1        | 103",
                "publish        | yes | members:a         | 1        | 0",
                "publish        | no  | users:a           | 1        | 0",
                "publish        | no  | closed:a          | 1        | 0",
                "publish        | no  | objects:a         | {\"a\":1} | 0",
                "publish        | no  | objects:a         | [1]      | 107",
                "history        | no  | plain:a           |          | 0",
                "history        | no  | readers:a         |          | 0",
                "history        | no  | members:a         |          | 103",
                "history        | yes | members:a         |          | 0",
                "history        | no  | users:a           |          | 0",
                "history        | yes | unread:a          |          | 103",
                "history        | yes | forgetful:a       |          | 108",
                "presence       | no  | plain:a           |          | 0",
                "presence       | yes | default:a         |          | 108",
                "presence       | no  | members:a         |          | 103",
                "presence       | yes | members:a         |          | 0",
                "presence       | no  | users:a           |          | 0",
                "presence       | yes | hidden:a          |          | 103",
                "presence_stats | no  | plain:a           |          | 0",
                "presence_stats | yes | default:a         |          | 108",
                "presence_stats | no  | members:a         |          | 103",
                "presence_stats | yes | members:a         |          | 0",
                "presence_stats | yes | hidden:a          |          | 103",
                "subscribe      | no  | plain:a           |          | 0",
                "subscribe      | no  | plain:a#bob       |          | 0",
                "subscribe      | no  | users:a           |          | 0",
                "subscribe      | no  | closed:a          |          | 103",
                "subscribe      | no  | dialogs:a         |          | 0",
                "subscribe      | no  | dialogs:a#bob,ann |          | 0",
                "subscribe      | no  | dialogs:a#bob     |          | 103"
            })
    void commandsOfAUser(String command, String subscribed, String channel, String data, int expected) {
        try (EdgeClient ann = nodes.client("ann")) {
            if (subscribed.equals("yes")) {
                assertEquals(0, code(ann.ask("subscribe", channel(channel))));
            }
            String request =
                    data == null ? channel(channel) : "{\"channel\":\"" + channel + "\",\"data\":" + data + "}";
            JsonNode answer = ann.ask(command, request);
            assertEquals(expected, code(answer), answer::toString);
            assertEquals(expected == 0, answer.has(command), answer::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // namespace, asked for, positioned, recoverable, differences
        "plain,     nothing,     false, false, false",
        "plain,     positioned,  true,  false, false",
        "plain,     recoverable, true,  true,  false",
        "plain,     delta,       false, false, true",
        "placed,    nothing,     true,  false, false",
        "placed,    recoverable, true,  true,  false",
        "kept,      nothing,     true,  true,  false",
        "live,      nothing,     false, false, false",
        "live,      positioned,  false, false, false",
        "live,      recoverable, false, false, false",
        "forgetful, positioned,  true,  false, false",
        "forgetful, recoverable, false, false, false",
        "whole,     delta,       false, false, false"
    })
    void subscriptions(String namespace, String asked, boolean positioned, boolean recoverable, boolean differences) {
        String wish =
                switch (asked) {
                    case "nothing" -> "";
                    case "delta" -> ",\"delta\":\"fossil\"";
                    default -> ",\"" + asked + "\":true";
                };
        try (EdgeClient ann = nodes.client("ann")) {
            JsonNode result = ann.ask("subscribe", "{\"channel\":\"" + namespace + ":flags\"" + wish + "}")
                    .path("subscribe");
            assertEquals(positioned, result.path("positioned").asBoolean(), result::toString);
            assertEquals(positioned, result.has("epoch"), result::toString);
            assertEquals(recoverable, result.path("recoverable").asBoolean(), result::toString);
            assertEquals(differences, result.path("delta").asBoolean(), result::toString);
            if (!positioned && !differences) {
                assertEquals("{}", result.toString());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"plain, true", "kept, true", "live, false", "forgetful, false"})
    void whoComesBackIsToldWhatWasMissedOrThatItIsNot(String namespace, boolean recovered) {
        String channel = namespace + ":missed";
        try (EdgeClient ann = nodes.client("ann")) {
            JsonNode position = nodes.api("publish", "{\"channel\":\"" + channel + "\",\"data\":1}")
                    .path("result");
            nodes.api("publish", "{\"channel\":\"" + channel + "\",\"data\":2}");
            String from =
                    "\"recover\":true,\"offset\":" + position.path("offset") + ",\"epoch\":" + position.path("epoch");
            assertEquals(
                    recovered ? 0 : 112,
                    code(ann.ask("subscribe", "{\"channel\":\"" + channel + "\",\"flag\":2," + from + "}")));
            ann.ask("unsubscribe", channel(channel));
            JsonNode result = ann.ask("subscribe", "{\"channel\":\"" + channel + "\"," + from + "}")
                    .path("subscribe");
            assertTrue(result.path("was_recovering").asBoolean(), result::toString);
            assertEquals(recovered, result.path("recovered").asBoolean(), result::toString);
            nodes.api("publish", "{\"channel\":\"" + channel + "\",\"data\":3}");
            JsonNode next = ann.publication();
            // The first subscription may have been sent it too.
            for (int i = 0; recovered && i < 2 && next.path("data").asInt() == 2; i++) {
                next = ann.publication();
            }
            assertEquals(3, next.path("data").asInt(), next::toString);
        }
    }

    @Test
    void whoComesAndGoesIsToldToThoseWhoMaySeeIt() {
        try (EdgeClient ann = nodes.client("ann")) {
            ann.ask("subscribe", "{\"channel\":\"members:room\",\"join_leave\":true}");
            assertEquals("ann", joined(ann, "members:room"));
            ann.ask("subscribe", channel("forgetful:room"));
            assertEquals("ann", joined(ann, "forgetful:room"), "all are told there");
            ann.ask("subscribe", "{\"channel\":\"hidden:room\",\"join_leave\":true}");
            eventually(
                    "the application's server sees who is hidden",
                    () -> nodes.api("presence_stats", channel("hidden:room"))
                                    .at("/result/num_clients")
                                    .asInt()
                            == 1);
            nodes.api("publish", "{\"channel\":\"hidden:room\",\"data\":1}");
            JsonNode first = ann.push(push -> push.path("channel").asText().equals("hidden:room"));
            assertTrue(first.has("pub"), first::toString);
        }
    }

    private static String joined(EdgeClient client, String channel) {
        return client.push(push ->
                        push.has("join") && push.path("channel").asText().equals(channel))
                .at("/join/info/user")
                .asText();
    }

    @Test
    void whatAnIssuerSaysStandsAboveTheNamespace() {
        Map<String, String> guest = claims("ann");
        guest.put("channel", "\"closed:guest\"");
        Map<String, String> forced = claims("ann");
        forced.put("channel", "\"live:forced\"");
        forced.put("override", "{\"force_recovery\":{\"value\":true}}");
        for (Map<String, String> claims : List.of(guest, forced)) {
            claims.remove("caps");
        }
        Map<String, String> connection = claims("ann");
        connection.put("channels", "[\"live:served\",\"closed:served\"]");
        connection.put("subs", "{\"kept:served\":{\"override\":{\"force_recovery\":{\"value\":false}}}}");
        try (EdgeClient ann = new EdgeClient(nodes.edge())) {
            JsonNode served =
                    ann.ask("connect", OptionNodes.connect(connection)).at("/connect/subs");
            assertEquals("{}", served.path("live:served").toString(), served::toString);
            assertTrue(served.at("/closed:served/recoverable").asBoolean(), served::toString);
            assertFalse(served.at("/kept:served/recoverable").asBoolean(), served::toString);

            assertEquals(103, code(ann.ask("subscribe", channel("closed:guest"))));
            assertEquals(0, code(ann.ask("subscribe", withToken("closed:guest", guest))));
            JsonNode recoverable = ann.ask("subscribe", withToken("live:forced", forced));
            assertTrue(recoverable.at("/subscribe/recoverable").asBoolean(), recoverable::toString);
        }
    }

    private static String withToken(String channel, Map<String, String> claims) {
        return "{\"channel\":\"" + channel + "\",\"token\":\"" + OptionNodes.token(claims) + "\"}";
    }

    @Test
    void applicationsServersAreBoundOnlyByWhatIsOff() {
        for (String channel : new String[] {"readers:api", "unread:api", "members:api", "closed:api"}) {
            assertEquals(0, code(nodes.api("publish", "{\"channel\":\"" + channel + "\",\"data\":1}")), channel);
            assertEquals(0, code(nodes.api("history", channel(channel))), channel);
            assertEquals(0, code(nodes.api("presence", channel(channel))), channel);
        }
        assertEquals(108, code(nodes.api("history", channel("forgetful:api"))));
        assertEquals(108, code(nodes.api("presence", channel("default:api"))));
        try (EdgeClient eve = nodes.client("eve")) {
            nodes.api("subscribe", "{\"user\":\"eve\",\"channel\":\"closed:eve\"}");
            assertTrue(eve.push("subscribe").at("/subscribe/recoverable").asBoolean());
            nodes.api("subscribe", "{\"user\":\"eve\",\"channel\":\"live:eve\"}");
            assertFalse(eve.push("subscribe").at("/subscribe/recoverable").asBoolean());
        }
    }

    @Test
    void clientsWithoutAnSdkAreBoundTheSameWay() {
        String token = "&token=" + OptionNodes.token(claims("ann"));
        assertEquals(
                200,
                EdgeHttpCall.get(nodes.edge(), "/poll?channel=plain:x" + token).statusCode());
        for (String refused : new String[] {"closed:x", "live:x", "forgetful:x"}) {
            assertEquals(
                    403,
                    EdgeHttpCall.get(nodes.edge(), "/poll?channel=" + refused + token)
                            .statusCode(),
                    refused);
        }
        assertTrue(EdgeHttpCall.get(nodes.edge(), "/events?channel=closed:x" + token)
                .body()
                .contains("event: refused\ndata: PERMISSION_DENIED"));
        Map<String, String> claims = claims("ann");
        String connect = "{\"token\":\"" + OptionNodes.token(claims)
                + "\",\"subs\":{\"closed:x\":{},\"plain:x\":{},\"live:x\":{}}}";
        try (EdgeClient listener = EdgeClient.listening(nodes.edge(), connect)) {
            JsonNode subs = listener.next().at("/connect/subs");
            assertEquals(2, subs.size(), subs::toString);
            assertTrue(subs.at("/plain:x/recoverable").asBoolean(), subs::toString);
            assertFalse(subs.at("/live:x/recoverable").asBoolean(), subs::toString);
        }
    }

    @Test
    void aChangeHoldsForTheNextCommandAndANewSubscriptionAndASensibleOneOnly() {
        try (EdgeClient ann = nodes.client("ann")) {
            assertEquals(0, code(ann.ask("subscribe", channel("changing:old"))));
            assertEquals(0, publish(ann));
            nodes.alter(
                    "changing",
                    options()
                            .setSubscribe(EdgeClients.EDGE_CLIENTS_NOBODY)
                            .setPublish(EdgeClients.EDGE_CLIENTS_NOBODY)
                            .setRecovery(EdgeGrant.EDGE_GRANT_ALWAYS));
            eventually("nobody may publish", () -> publish(ann) == 103);
            assertEquals(103, code(ann.ask("subscribe", channel("changing:new"))));
            nodes.api("publish", "{\"channel\":\"changing:old\",\"data\":\"still\"}");
            ann.push(push -> push.at("/pub/data").asText().equals("still"));

            StatusRuntimeException refused = assertThrows(
                    StatusRuntimeException.class,
                    () -> nodes.alter("changing", options().setHistory(EdgeClients.EDGE_CLIENTS_OFF)));
            assertEquals(
                    "edge.recovery: ALWAYS (expected: ASKED or NEVER with edge.history OFF)",
                    requireNonNull(Errors.fromThrowable(refused)).getText());

            nodes.alter("changing", options().setPublish(EdgeClients.EDGE_CLIENTS_ANYONE));
            eventually("all may publish again", () -> publish(ann) == 0);
            assertEquals(103, code(ann.ask("subscribe", channel("changing:new"))), "what wasn't named stays");
        }
    }

    private static int publish(EdgeClient client) {
        return code(client.ask("publish", "{\"channel\":\"changing:old\",\"data\":1}"));
    }

    @Test
    void optionsAreThereAfterARestartOfAllNodes() {
        var before = nodes.admin(EdgeOptionsIT::namespaces).getNamespacesList().stream()
                .map(namespace -> namespace.getSpec())
                .toList();
        nodes.restart();
        eventually("the same namespaces", () -> nodes.admin(EdgeOptionsIT::namespaces).getNamespacesList().stream()
                .map(namespace -> namespace.getSpec())
                .toList()
                .equals(before));
        try (EdgeClient ann = nodes.client("ann")) {
            eventually("as before", () -> code(ann.ask("publish", "{\"channel\":\"readers:r\",\"data\":1}")) == 103);
            assertEquals(108, code(ann.ask("history", channel("forgetful:r"))));
        }
    }

    private static ListNamespacesResponse namespaces(AdminGrpc.AdminBlockingStub stub) {
        return stub.listNamespaces(ListNamespacesRequest.getDefaultInstance());
    }

    private static EdgeOptions.Builder options() {
        return EdgeOptions.newBuilder();
    }
}
