package dev.skein.systemtests.access;

import dev.skein.server.SkeinServer;
import dev.skein.server.config.SkeinConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Three nodes of one JVM that control access, one a region, on ports that were free a moment ago. */
final class AccessNodes implements AutoCloseable {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");

    private final List<SkeinServer> servers;

    private AccessNodes(List<SkeinServer> servers) {
        this.servers = servers;
    }

    /** Starts all; each needs the others, so each has a thread. */
    static AccessNodes start(Path directory, String access) throws IOException {
        List<Integer> ports = freePorts();
        List<CompletableFuture<SkeinServer>> starting = REGIONS.stream()
                .map(region -> CompletableFuture.supplyAsync(
                        () -> SkeinServer.start(config(region, directory, ports, access)),
                        task -> new Thread(task, "start-" + region).start()))
                .toList();
        return new AccessNodes(starting.stream().map(CompletableFuture::join).toList());
    }

    List<String> endpoints() {
        return servers.stream().map(SkeinServer::clientAddress).toList();
    }

    @Override
    public void close() {
        servers.forEach(SkeinServer::closeAtOnce);
    }

    private static SkeinConfig config(String region, Path directory, List<Integer> ports, String access) {
        StringBuilder text =
                new StringBuilder("cluster:\n  name: test\n  timing: lan\n  regions: [us, eu, ap]\n  nodes:\n");
        for (int i = 0; i < REGIONS.size(); i++) {
            text.append(String.format(
                    "    - {id: %1$s-a, region: %1$s, zone: a, peer: \"127.0.0.1:%2$d\", client: \"127.0.0.1:%3$d\"}%n",
                    REGIONS.get(i), ports.get(2 * i), ports.get(2 * i + 1)));
        }
        text.append("  namespaces: [{name: default, shards: 2}]\nnode:\n  id: " + region
                        + "-a\n  transport: plaintext\n")
                .append("  logSegmentBytes: 4MiB\n  dataDirectory: \"" + directory.resolve("data-" + region) + "\"\n")
                .append("  access: " + access + "\n");
        return SkeinConfig.parse(text.toString(), "test.yaml");
    }

    private static List<Integer> freePorts() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 2 * REGIONS.size(); i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }
}
