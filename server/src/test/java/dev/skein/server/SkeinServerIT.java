package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.server.config.Address;
import dev.skein.server.config.SkeinConfig;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkeinServerIT {

    @TempDir
    private Path directory;

    @Test
    void aTakenPeerPortIsNamed() throws IOException {
        SkeinConfig config = new TestNodes(directory, "[]", "us").config("us");
        String peer = config.node().self().peer();
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(Address.socket(peer));

            StartException refused = assertThrows(StartException.class, () -> SkeinServer.start(config));

            assertEquals(ExitCode.PORT_IN_USE, refused.exitCode());
            assertEquals(
                    "node.peer: " + peer + " (expected: a free port; another process listens there)",
                    refused.getMessage());
        }
    }

    @Test
    void aTakenClientPortIsNamedAndLeavesTheDirectoryFree() throws Exception {
        SkeinConfig config = new TestNodes(directory, "[]", "us").config("us");
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(Address.socket(config.node().self().client()));

            StartException refused = assertThrows(StartException.class, () -> SkeinServer.start(config));

            assertEquals(ExitCode.PORT_IN_USE, refused.exitCode());
            assertTrue(refused.getMessage().startsWith("node.client: "), refused.getMessage());
        }
        SkeinServer.start(config).closeAtOnce();
    }

    @Test
    void aDirectoryInUseIsRefused() throws Exception {
        SkeinConfig first = new TestNodes(directory, "[]", "us").config("us");
        SkeinConfig second = new TestNodes(directory, "[]", "us").config("us");
        SkeinServer server = SkeinServer.start(first);
        try {
            StartException refused = assertThrows(StartException.class, () -> SkeinServer.start(second));

            assertEquals(ExitCode.DATA_DIRECTORY_REFUSED, refused.exitCode());
            assertTrue(
                    refused.getMessage().contains(second.node().dataDirectory().toString()), refused.getMessage());
        } finally {
            server.closeAtOnce();
        }
    }

    @Test
    void aDirectoryOfAnotherClusterIsRefused() throws Exception {
        TestNodes nodes = new TestNodes(directory, "[]", "us");
        SkeinServer.start(nodes.config("us")).closeAtOnce();
        SkeinConfig other = SkeinConfig.parse(nodes.text("us").replace("name: test", "name: other"), "test.yaml");

        StartException refused = assertThrows(StartException.class, () -> SkeinServer.start(other));

        assertEquals(ExitCode.DATA_DIRECTORY_REFUSED, refused.exitCode());
    }

    @Test
    void aServingNodeSaysSoToLoadBalancers() throws Exception {
        SkeinServer server = SkeinServer.start(new TestNodes(directory, "[]", "us").config("us"));
        ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///" + server.clientAddress())
                .usePlaintext()
                .build();
        try {
            ServingStatus status = HealthGrpc.newBlockingStub(channel)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();

            assertEquals(ServingStatus.SERVING, status);
        } finally {
            channel.shutdownNow();
            server.closeAtOnce();
        }
    }
}
