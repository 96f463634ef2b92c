package dev.skein.server;

import static dev.skein.core.testing.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.CreateNamespaceRequest;
import dev.skein.proto.admin.v1.EdgeOptions;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.Presence;
import dev.skein.server.access.Tokens;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Three real nodes that control access, and their namespaces with options for the edge. */
final class OptionNodes implements AutoCloseable {

    private static final Tokens ISSUER = new Tokens();
    private static final String ROOT = "root.0123456789abcdef0123456789abcdef";

    private final TestNodes recipe;
    private List<SkeinServer> nodes;

    OptionNodes(Path directory) {
        try {
            Path root = Files.writeString(directory.resolve("root"), ROOT);
            Path jwks = Files.writeString(directory.resolve("jwks"), ISSUER.jwks());
            recipe = new TestNodes(directory, "[{name: default, shards: 1}]", "us", "eu", "ap")
                    .withNodeOptions("  access:\n    rootKey: " + root + "\n    tokens: {jwks: " + jwks + ", audience: "
                            + Tokens.AUDIENCE + "}\n  edge: {listen: \"127.0.0.1:0\"}\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        nodes = recipe.startAll();
    }

    /** Ends all nodes, and starts them again on what they have on disk. */
    void restart() {
        close();
        nodes = recipe.startAll();
    }

    /** A namespace with presence, led, and known to the first node. */
    void create(String name, boolean pushesToAll, EdgeOptions.Builder options) {
        NamespaceSpec spec = NamespaceSpec.newBuilder()
                .setName(name)
                .setShards(1)
                .setPresence(Presence.newBuilder()
                        .setEnabled(true)
                        .setJoinLeave(true)
                        .setForceJoinLeave(pushesToAll))
                .setEdge(options)
                .build();
        admin(stub -> stub.createNamespace(
                CreateNamespaceRequest.newBuilder().setSpec(spec).build()));
        eventually(name + " has a leader", () -> code(api("presence_stats", channel(name + ":probe"))) == 0);
    }

    void alter(String name, EdgeOptions.Builder options) {
        admin(stub -> stub.alterNamespace(AlterNamespaceRequest.newBuilder()
                .setName(name)
                .setEdge(options)
                .build()));
    }

    <T> T admin(Function<AdminGrpc.AdminBlockingStub, T> wanted) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "apikey " + ROOT);
        ManagedChannel channel = NettyChannelBuilder.forTarget(nodes.get(0).clientAddress())
                .usePlaintext()
                .build();
        try {
            return wanted.apply(AdminGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .withWaitForReady()
                    .withDeadlineAfter(30, TimeUnit.SECONDS));
        } finally {
            channel.shutdownNow();
        }
    }

    /** What the server API answers at the first node. */
    JsonNode api(String method, String body) {
        return EdgeHttpCall.parsed(EdgeHttpCall.post(edge(), "/api/" + method, body, "X-API-Key", ROOT)
                .body());
    }

    String edge() {
        return nodes.get(0).edgeAddress().orElseThrow();
    }

    /** A client with every right that a credential can give. */
    EdgeClient client(String user) {
        EdgeClient client = new EdgeClient(edge());
        client.ask("connect", connect(claims(user)));
        return client;
    }

    static String connect(Map<String, String> claims) {
        return "{\"token\":\"" + token(claims) + "\"}";
    }

    static String token(Map<String, String> claims) {
        return ISSUER.token("es", claims);
    }

    static Map<String, String> claims(String user) {
        Map<String, String> claims = Tokens.claims(System.currentTimeMillis());
        long now = System.currentTimeMillis() / 1_000;
        claims.put("sub", "\"" + user + "\"");
        claims.put("iat", "" + (now - 10));
        claims.put("exp", "" + (now + 3_600));
        claims.put(
                "caps", "[{\"channels\":\"*\",\"permissions\":[\"publish\",\"subscribe\",\"history\",\"presence\"]}]");
        return claims;
    }

    /** A request that names a channel and nothing else. */
    static String channel(String name) {
        return "{\"channel\":\"" + name + "\"}";
    }

    static int code(JsonNode answer) {
        return answer.at("/error/code").asInt();
    }

    @Override
    public void close() {
        nodes.forEach(SkeinServer::closeAtOnce);
    }
}
