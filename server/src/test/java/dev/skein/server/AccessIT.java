package dev.skein.server;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.RetryInfo;
import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.ApiKey;
import dev.skein.proto.admin.v1.Capability;
import dev.skein.proto.admin.v1.CreateKeyRequest;
import dev.skein.proto.admin.v1.CreateKeyResponse;
import dev.skein.proto.admin.v1.ListKeysRequest;
import dev.skein.proto.admin.v1.Permission;
import dev.skein.proto.admin.v1.Quota;
import dev.skein.proto.admin.v1.RevokeKeyRequest;
import dev.skein.proto.admin.v1.RevokeTokensRequest;
import dev.skein.proto.admin.v1.StatusRequest;
import dev.skein.proto.admin.v1.TokenRevocation;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.HistoryRequest;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.client.v1.PublishRequest;
import dev.skein.proto.client.v1.Refresh;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RoutingGrpc;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Start;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.access.Tokens;
import dev.skein.server.loopback.ScriptedClient;
import dev.skein.wire.Errors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes with access control; keys made at one hold at the others. */
class AccessIT {

    private static final Tokens ISSUER = new Tokens();
    private static final String ROOT = "apikey root.0123456789abcdef0123456789abcdef";

    @TempDir
    private static Path directory;

    private static List<SkeinServer> servers = List.of();

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<ScriptedClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        Path root = Files.writeString(directory.resolve("root"), ROOT.substring("apikey ".length()));
        Path jwks = Files.writeString(directory.resolve("jwks"), ISSUER.jwks());
        servers = new TestNodes(directory, "[{name: default, shards: 2}, {name: chat, shards: 1}]", "us", "eu", "ap")
                .withNodeOptions("  access:\n    rootKey: " + root + "\n    tokens: {jwks: " + jwks + ", audience: "
                        + Tokens.AUDIENCE + "}\n")
                .startAll();
    }

    @AfterEach
    void disconnect() {
        clients.forEach(ScriptedClient::close);
        channels.forEach(ManagedChannel::shutdownNow);
    }

    @AfterAll
    static void stop() {
        servers.forEach(SkeinServer::closeAtOnce);
    }

    @Test
    void withoutACredentialOnlyHealthAnswers() {
        ManagedChannel nobody = channel(0, "");
        refused(Reason.REASON_UNAUTHENTICATED, () -> AdminGrpc.newBlockingStub(nobody)
                .status(StatusRequest.getDefaultInstance()));
        refused(Reason.REASON_UNAUTHENTICATED, () -> RoutingGrpc.newBlockingStub(nobody)
                .resolve(ResolveRequest.getDefaultInstance()));
        refused(Reason.REASON_UNAUTHENTICATED, () -> MessagingGrpc.newBlockingStub(nobody)
                .publish(PublishRequest.newBuilder()
                        .setPublish(ScriptedClient.plain(1, "x"))
                        .build()));
        HealthGrpc.newBlockingStub(nobody).check(HealthCheckRequest.getDefaultInstance());

        ScriptedClient session = connect(0, "");
        eventually("the session is refused", session::hasEnded);
        assertEquals(Reason.REASON_UNAUTHENTICATED, session.endReason());
    }

    @Test
    void aKeyMadeAtOneNodeHoldsAtTheOthersForWhatItAllows() {
        String key = create(0, key("default:room*", Permission.PERMISSION_PUBLISH, Permission.PERMISSION_SUBSCRIBE));
        for (int node = 0; node < 3; node++) {
            ScriptedClient client = welcomed(node, key);
            client.publish(ScriptedClient.plain(1, "hello"));
            assertFalse(client.receipts(1).hasError(), () -> client.receipts(1).toString());
            client.publish(ScriptedClient.plain(
                    2, "", section -> section.clearChannels().addChannels(ScriptedClient.channel("other", "x"))));
            assertEquals(
                    Reason.REASON_PERMISSION_DENIED,
                    client.receipts(2).getError().getReason());
            client.publish(ScriptedClient.plain(
                    3, "", section -> section.clearChannels().addChannels(ScriptedClient.channel("chat:room", "x"))));
            assertEquals(
                    Reason.REASON_PERMISSION_DENIED,
                    client.receipts(3).getError().getReason());
            client.subscribe(1, Start.newBuilder().setSerial(1), 1);
            client.messages(1, 1);
            int at = node;
            refused(Reason.REASON_PERMISSION_DENIED, () -> MessagingGrpc.newBlockingStub(channel(at, key))
                    .history(HistoryRequest.newBuilder().setChannel("room").build()));
            refused(Reason.REASON_PERMISSION_DENIED, () -> AdminGrpc.newBlockingStub(channel(at, key))
                    .listKeys(ListKeysRequest.getDefaultInstance()));
        }
    }

    @Test
    void aSubscriptionThatIsNotAllowedIsClosedAndTheSessionGoesOn() {
        ScriptedClient client = welcomed(1, create(0, key("default:room", Permission.PERMISSION_PUBLISH)));

        client.subscribe(7, Start.newBuilder().setSerial(1), 1);

        Error closed = client.closed(7);
        assertEquals(Reason.REASON_PERMISSION_DENIED, closed.getReason());
        assertEquals("subscribe", closed.getMetadataOrThrow("permission"));
        client.publish(ScriptedClient.plain(1, "x"));
        assertFalse(client.receipts(1).hasError());
    }

    @Test
    void aRevokedKeyEndsTheSessionsOfAllNodes() {
        String key = create(0, key("default:*", Permission.PERMISSION_PUBLISH));
        String other = create(0, key("default:*", Permission.PERMISSION_PUBLISH));
        List<ScriptedClient> attached = List.of(welcomed(0, key), welcomed(1, key), welcomed(2, key));
        ScriptedClient untouched = welcomed(2, other);

        assertTrue(admin(1).revokeKey(
                        RevokeKeyRequest.newBuilder().setId(idOf(key)).build())
                .getExisted());

        for (ScriptedClient client : attached) {
            eventually("the session ends", client::hasEnded);
            assertEquals(Reason.REASON_UNAUTHENTICATED, client.endReason());
        }
        ScriptedClient again = connect(2, key);
        eventually("it isn't let in again", again::hasEnded);
        untouched.publish(ScriptedClient.plain(1, "x"));
        assertFalse(untouched.receipts(1).hasError());
        assertFalse(admin(2).listKeys(ListKeysRequest.getDefaultInstance())
                .toString()
                .contains(idOf(key)));
    }

    @Test
    void aTokenExpiresWhileAttachedUnlessItIsRefreshed() {
        String subject = "\"expiring\"";
        // The one that isn't refreshed expires last, so that its end proves that the other's first token is over too.
        ScriptedClient refreshed = welcomed(1, token(subject, 5));
        ScriptedClient let = welcomed(1, token(subject, 5));
        long left = refreshed
                .await("the welcome", ServerFrame::hasWelcome, ServerFrame::getWelcome)
                .getCredentialExpiresInMs();
        assertTrue(left > 0 && left <= 5_000, () -> "" + left);

        refreshed.send(ClientFrame.newBuilder().setRefresh(Refresh.newBuilder().setAuthorization(token(subject, 600))));
        refreshed.await("the answer", ServerFrame::hasRefreshed, ServerFrame::getRefreshed);

        eventually("the session ends", let::hasEnded);
        assertEquals(Reason.REASON_CREDENTIAL_EXPIRED, let.endReason());
        refreshed.publish(ScriptedClient.plain(1, "x"));
        assertFalse(refreshed.receipts(1).hasError());
    }

    @Test
    void aCredentialThatAllowsLessClosesWhatItDoesNotAllow() {
        ScriptedClient client = welcomed(1, token("\"narrow\"", 600));
        client.subscribe(1, Start.newBuilder().setSerial(1), 1);
        client.await("the subscription", ServerFrame::hasSubscribed, ServerFrame::getSubscribed);
        Map<String, String> claims = Tokens.claims(System.currentTimeMillis());
        claims.put("sub", "\"narrow\"");
        claims.put("caps", "[{\"channels\":\"default:*\",\"permissions\":[\"publish\"]}]");

        client.send(ClientFrame.newBuilder()
                .setRefresh(Refresh.newBuilder().setAuthorization("Bearer " + ISSUER.token("rs", claims))));

        assertEquals(Reason.REASON_PERMISSION_DENIED, client.closed(1).getReason());
        client.publish(ScriptedClient.plain(1, "x"));
        assertFalse(client.receipts(1).hasError());
    }

    @Test
    void aBadRefreshEndsTheSession() {
        ScriptedClient client = welcomed(0, token("\"ann\"", 600));

        client.send(ClientFrame.newBuilder().setRefresh(Refresh.newBuilder().setAuthorization(token("\"bob\"", 600))));

        eventually("the session ends", client::hasEnded);
        assertEquals(Reason.REASON_UNAUTHENTICATED, client.endReason());
    }

    @Test
    void aRevokedSubjectIsOut() {
        ScriptedClient client = welcomed(2, token("\"revoked\"", 600));

        admin(0).revokeTokens(RevokeTokensRequest.newBuilder()
                .setRevocation(TokenRevocation.newBuilder().setSubject("revoked"))
                .build());

        eventually("the session ends", client::hasEnded);
        assertEquals(Reason.REASON_UNAUTHENTICATED, client.endReason());
    }

    @Test
    void aKeysQuotaIsRefusedWithATimeToWait() {
        String key = create(
                0,
                key("default:*", Permission.PERMISSION_PUBLISH)
                        .setQuota(Quota.newBuilder().setMessagesPerSecond(1).setStreams(1)));
        ScriptedClient client = welcomed(0, key);
        client.publish(ScriptedClient.plain(1, "a", "b", "c"));
        client.publish(ScriptedClient.plain(2, "d"));

        assertFalse(client.receipts(1).hasError());
        Error refusal = client.receipts(2).getError();
        assertEquals(Reason.REASON_QUOTA_EXCEEDED, refusal.getReason());
        assertTrue(refusal.getRetryAfterMs() > 0);

        StatusRuntimeException unary =
                refused(Reason.REASON_QUOTA_EXCEEDED, () -> MessagingGrpc.newBlockingStub(channel(0, key))
                        .publish(PublishRequest.newBuilder()
                                .setPublish(ScriptedClient.plain(1, "x"))
                                .build()));
        assertEquals("RESOURCE_EXHAUSTED", unary.getStatus().getCode().name());
        assertTrue(Objects.requireNonNull(StatusProto.fromThrowable(unary)).getDetailsList().stream()
                .anyMatch(detail -> detail.is(RetryInfo.class)));

        ScriptedClient second = connect(0, key);
        eventually("a second session is refused", second::hasEnded);
        assertEquals(Reason.REASON_QUOTA_EXCEEDED, second.endReason());
        client.close();
        eventually("there is room again", () -> !connectsAndEnds(key));
    }

    @Test
    void aKeyThatCouldBeMisreadIsNotMade() {
        for (String trick : List.of("**", "*:*", "room", "default:a/*", "default:\uFF0A")) {
            refused(Reason.REASON_INVALID_ARGUMENT, () -> admin(0).createKey(CreateKeyRequest.newBuilder()
                    .setKey(key(trick, Permission.PERMISSION_PUBLISH))
                    .build()));
        }
        refused(Reason.REASON_INVALID_ARGUMENT, () -> admin(0).createKey(CreateKeyRequest.newBuilder()
                .setKey(key("default:*", Permission.PERMISSION_ADMIN))
                .build()));
    }

    private boolean connectsAndEnds(String authorization) {
        ScriptedClient client = connect(0, authorization);
        eventually(
                "an answer",
                () -> client.hasEnded() || client.first(ServerFrame::hasWelcome).isPresent());
        return client.hasEnded();
    }

    private static ApiKey.Builder key(String channels, Permission... permissions) {
        return ApiKey.newBuilder()
                .addCapabilities(Capability.newBuilder().setChannels(channels).addAllPermissions(List.of(permissions)));
    }

    /** Makes a key and waits until every node knows it. */
    private String create(int node, ApiKey.Builder wanted) {
        CreateKeyResponse created = admin(node)
                .createKey(CreateKeyRequest.newBuilder().setKey(wanted).build());
        for (int i = 0; i < 3; i++) {
            AdminGrpc.AdminBlockingStub each = admin(i);
            eventually("every node knows the key", () -> each.listKeys(ListKeysRequest.getDefaultInstance())
                    .getKeysList()
                    .contains(created.getKey()));
        }
        return "apikey " + created.getKey().getId() + "." + created.getSecret();
    }

    private static String idOf(String authorization) {
        return authorization.substring("apikey ".length(), authorization.indexOf('.'));
    }

    private static String token(String subject, long seconds) {
        Map<String, String> claims = Tokens.claims(System.currentTimeMillis());
        claims.put("sub", subject);
        claims.put("exp", "" + (System.currentTimeMillis() / 1_000 + seconds));
        return "Bearer " + ISSUER.token("es", claims);
    }

    private AdminGrpc.AdminBlockingStub admin(int node) {
        return AdminGrpc.newBlockingStub(channel(node, ROOT));
    }

    private ScriptedClient welcomed(int node, String authorization) {
        ScriptedClient client = new ScriptedClient(channel(node, authorization));
        clients.add(client);
        client.hello();
        return client;
    }

    private ScriptedClient connect(int node, String authorization) {
        ScriptedClient client = new ScriptedClient(channel(node, authorization));
        clients.add(client);
        client.greet();
        return client;
    }

    private ManagedChannel channel(int node, String authorization) {
        Metadata headers = new Metadata();
        if (!authorization.isEmpty()) {
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        }
        ManagedChannel channel = NettyChannelBuilder.forTarget(
                        "dns:///" + servers.get(node).clientAddress())
                .usePlaintext()
                .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                .build();
        channels.add(channel);
        return channel;
    }

    private static StatusRuntimeException refused(Reason reason, Supplier<?> call) {
        StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, call::get);
        Error error = Objects.requireNonNull(Errors.fromThrowable(refused), refused::toString);
        assertEquals(reason, error.getReason(), error::getText);
        return refused;
    }
}
