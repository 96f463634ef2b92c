package dev.skein.systemtests.access;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.cli.SkeinCli;
import dev.skein.client.Closed;
import dev.skein.client.ConnectionEvent;
import dev.skein.client.Credential;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.Reason;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.SubscriptionEvent;
import dev.skein.client.admin.Capability;
import dev.skein.client.admin.CreatedKey;
import dev.skein.client.admin.EdgeGrant;
import dev.skein.client.admin.EdgeOptions;
import dev.skein.client.admin.KeySpec;
import dev.skein.client.admin.NamespaceChange;
import dev.skein.client.admin.Permission;
import dev.skein.client.admin.Quota;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessClientIT {

    private static final String ROOT = "root.0123456789abcdef0123456789abcdef";
    private static final byte[] SECRET = "a secret of 32 bytes, shared....".getBytes(StandardCharsets.US_ASCII);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path directory;

    private static AccessNodes nodes;

    @BeforeAll
    static void start() throws IOException {
        Path root = Files.writeString(directory.resolve("root"), ROOT);
        Path jwks = Files.writeString(
                directory.resolve("jwks"),
                "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"k\",\"alg\":\"HS256\",\"k\":\"" + encoded(SECRET) + "\"}]}");
        nodes = AccessNodes.start(
                directory,
                "{rootKey: \"" + root + "\", tokens: {jwks: \"" + jwks + "\", audience: skein, lifetimeMax: 1h}}");
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void aDeniedPublishAndADeniedSubscriptionFailForGood() {
        CreatedKey key = create(
                new KeySpec("writes", allow("default:open", Permission.PUBLISH), Quota.unlimited(), Optional.empty()));
        try (SkeinClient client = client(Credential.apiKey(key.text()))) {
            publish(client, "open");
            assertEquals(Reason.PERMISSION_DENIED, failure(client.publish("shut", OutgoingMessage.of("x"))));
            Queue<SubscriptionEvent> events = new ConcurrentLinkedQueue<>();
            client.subscribe("open", SubscribeOptions.fromLatest(), events::add);
            eventually(() -> {
                Closed closed = assertInstanceOf(Closed.class, events.peek());
                assertEquals(
                        Optional.of(Reason.PERMISSION_DENIED), closed.cause().map(SkeinException::reason));
            });
            publish(client, "open");
        }
    }

    @Test
    void aSessionOutlivesItsTokensWhenTheSupplierHasNewOnes() {
        AtomicInteger asked = new AtomicInteger();
        try (SkeinClient client = client(() -> {
            asked.incrementAndGet();
            return Credential.token(token(6));
        })) {
            publish(client, "tokens");
            int atFirst = asked.get();
            eventually(() -> assertTrue(asked.get() >= atFirst + 2, asked::toString));
            publish(client, "tokens");
            assertEquals(1, client.stats().sessions());
        }
    }

    @Test
    void aClientWhoseTokenExpiredAttachesAgainWithTheNext() {
        String first = token(3);
        Queue<ConnectionEvent> events = new ConcurrentLinkedQueue<>();
        try (SkeinClient client = client(() -> Credential.token(hasExpired(events) ? token(600) : first))) {
            client.onConnection(events::add);
            publish(client, "expiring");
            eventually(() -> assertTrue(hasExpired(events), events::toString));
            publish(client, "expiring");
        }
    }

    @Test
    void aRevokedKeyLetsNobodyIn() {
        CreatedKey key = create(new KeySpec(
                "to be revoked", allow("default:*", Permission.PUBLISH), Quota.unlimited(), Optional.empty()));
        Queue<ConnectionEvent> events = new ConcurrentLinkedQueue<>();
        try (SkeinClient client = client(Credential.apiKey(key.text()))) {
            client.onConnection(events::add);
            publish(client, "revoked");
            JsonNode revoked = cli("keys", "revoke", key.key().id());
            assertEquals(key.key().id(), revoked.path("revoked").textValue());
            eventually(() -> assertTrue(
                    events.stream()
                            .anyMatch(event -> event instanceof ConnectionEvent.Disconnected lost
                                    && lost.node().isPresent()
                                    && lost.cause().reason() == Reason.UNAUTHENTICATED),
                    events::toString));
            assertFalse(client.stats().node().isPresent());
        }
    }

    @Test
    void aClientOverItsQuotaSlowsDownAndLosesNothing() {
        CreatedKey key = create(
                new KeySpec("slow", allow("default:*", Permission.PUBLISH), new Quota(200, 0, 0), Optional.empty()));
        try (SkeinClient client = client(Credential.apiKey(key.text()))) {
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 25; i++) {
                    receipts.add(client.publish("slow", OutgoingMessage.of("m")));
                }
                receipts.get(round * 25).join();
            }
            long serial = 0;
            for (CompletableFuture<Receipt> receipt : receipts) {
                assertEquals(++serial, receipt.join().serial());
            }
            assertTrue(client.stats().publishesResent() > 0, "the quota was met");
        }
    }

    @Test
    void keysAreMadeAndListedFromTheCommandLine() {
        JsonNode made = cli("keys", "create", "--allow", "publish,subscribe=default:cli.*", "--label", "cli");
        JsonNode listed = cli("keys", "list").path("keys");

        String id = made.path("id").textValue();
        JsonNode found = null;
        for (JsonNode each : listed) {
            found = each.path("id").textValue().equals(id) ? each : found;
        }
        assertEquals(
                "default:cli.*",
                found.path("capabilities").path(0).path("channels").textValue());
        assertFalse(listed.toString().contains(made.path("key").textValue().substring(17)));
        try (SkeinClient client = client(Credential.apiKey(made.path("key").textValue()))) {
            publish(client, "cli.1");
            assertEquals(Reason.PERMISSION_DENIED, failure(client.publish("cli", OutgoingMessage.of("x"))));
        }
    }

    private static boolean hasExpired(Queue<ConnectionEvent> events) {
        return events.stream()
                .anyMatch(event -> event instanceof ConnectionEvent.Disconnected lost
                        && lost.cause().reason() == Reason.CREDENTIAL_EXPIRED);
    }

    private static void publish(SkeinClient client, String channel) {
        client.publish(channel, OutgoingMessage.of("x")).join();
    }

    private static Reason failure(CompletableFuture<?> call) {
        CompletionException failed = assertThrows(CompletionException.class, call::join);
        return assertInstanceOf(SkeinException.class, failed.getCause()).reason();
    }

    private static List<Capability> allow(String channels, Permission... permissions) {
        return List.of(new Capability(channels, List.of(permissions)));
    }

    /** Makes a key and waits until every node knows it. */
    private static CreatedKey create(KeySpec spec) {
        try (SkeinClient root = client(Credential.apiKey(ROOT))) {
            CreatedKey created = root.admin().createKey(spec).join();
            for (String endpoint : nodes.endpoints()) {
                eventually(() -> assertTrue(root.adminAt(endpoint).keys().join().contains(created.key())));
            }
            return created;
        }
    }

    @Test
    void whatClientsOfTheEdgeMayDoIsSetByTheCommandLine() {
        JsonNode created = cli("namespaces", "create", "rooms", "--shards", "1", "--edge-publish", "SUBSCRIBERS")
                .at("/namespaces/0/edge");
        assertEquals("SUBSCRIBERS", created.path("publish").asText(), created::toString);
        assertEquals("ANYONE", created.path("history").asText(), "nothing was said of it");

        JsonNode altered = cli("namespaces", "alter", "rooms", "--edge-history", "OFF", "--edge-user-limited", "true")
                .at("/namespaces/0/edge");
        assertEquals("SUBSCRIBERS", altered.path("publish").asText(), altered::toString);
        assertEquals("OFF", altered.path("history").asText(), altered::toString);
        assertTrue(altered.path("userLimited").asBoolean(), altered::toString);
        try (SkeinClient root = client(Credential.apiKey(ROOT))) {
            EdgeOptions none = EdgeOptions.defaults();
            EdgeOptions contradicting = new EdgeOptions(
                    none.subscribe(),
                    none.publish(),
                    none.presence(),
                    none.history(),
                    none.positioning(),
                    EdgeGrant.ALWAYS,
                    none.differences(),
                    none.payload(),
                    none.userLimited());
            assertEquals(
                    Reason.INVALID_ARGUMENT,
                    failure(root.admin()
                            .alterNamespace(NamespaceChange.of("rooms").withEdge(contradicting))));
        }
    }

    private static SkeinClient client(Credential credential) {
        return client(() -> credential);
    }

    private static SkeinClient client(java.util.function.Supplier<Credential> credentials) {
        return SkeinClient.builder()
                .endpoints(nodes.endpoints())
                .credentials(credentials)
                .publishTimeout(Duration.ofSeconds(20))
                .build();
    }

    private static JsonNode cli(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--json", "--api-key", ROOT, "--endpoints", String.join(",", nodes.endpoints())));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = SkeinCli.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
        assertEquals(0, exit, err::toString);
        try {
            return JSON.readTree(out.toString());
        } catch (IOException noJson) {
            throw new AssertionError(out.toString(), noJson);
        }
    }

    private static String token(int seconds) {
        long now = System.currentTimeMillis() / 1_000;
        String claims = "{\"sub\":\"ann\",\"aud\":\"skein\",\"iat\":" + now + ",\"exp\":" + (now + seconds)
                + ",\"caps\":[{\"channels\":\"default:*\",\"permissions\":[\"publish\"]}]}";
        String input = encoded("{\"alg\":\"HS256\",\"kid\":\"k\"}") + "." + encoded(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            return input + "." + encoded(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encoded(String text) {
        return encoded(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
