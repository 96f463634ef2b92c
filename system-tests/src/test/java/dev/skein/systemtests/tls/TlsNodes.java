package dev.skein.systemtests.tls;

import dev.skein.server.SkeinServer;
import dev.skein.server.config.SkeinConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Nodes of one JVM, one a region named {@code region-a}, with certificates of one authority, on ports that were free a moment ago. */
final class TlsNodes {

    static final String CLUSTER = "test";

    private final Path directory;
    private final TestAuthority authority;
    private final List<String> regions;
    private final List<Integer> ports;

    TlsNodes(Path directory, TestAuthority authority, String... regions) throws IOException {
        this.directory = directory;
        this.authority = authority;
        this.regions = List.of(regions);
        this.ports = freePorts(2 * regions.length);
        for (String region : regions) {
            renew(region);
        }
        trust(authority.certificate());
    }

    /** Gives a node a new certificate. */
    void renew(String region) throws IOException {
        authority.node(CLUSTER, region, region + "-a").write(directory, region + "-a");
    }

    /** Gives a node a certificate of another authority. */
    void renew(String region, TestAuthority by) throws IOException {
        by.node(CLUSTER, region, region + "-a").write(directory, region + "-a");
    }

    /** What all nodes and clients believe. */
    void trust(String certificates) throws IOException {
        Files.writeString(trust(), certificates);
    }

    Path trust() {
        return directory.resolve("ca.pem");
    }

    Path certificate(String region) {
        return directory.resolve(region + "-a.pem");
    }

    String peer(String region) {
        return "127.0.0.1:" + ports.get(2 * regions.indexOf(region));
    }

    String client(String region) {
        return "127.0.0.1:" + ports.get(2 * regions.indexOf(region) + 1);
    }

    /** The configuration of a region's node; more options of its TLS part, each on a line of its own. */
    SkeinConfig config(String region, String... options) {
        return SkeinConfig.parse(text(region, options), "test.yaml");
    }

    String text(String region, String... options) {
        StringBuilder text = new StringBuilder(
                "cluster:\n  name: " + CLUSTER + "\n  timing: lan\n  regions: " + regions + "\n  nodes:\n");
        for (String founder : regions) {
            text.append(String.format(
                    "    - {id: %s-a, region: %s, zone: a, peer: \"%s\", client: \"%s\"}%n",
                    founder, founder, peer(founder), client(founder)));
        }
        text.append("  namespaces: " + (regions.size() < 3 ? "[]" : "[{name: default, shards: 2}]") + "\n");
        text.append(String.format(
                "node:%n  id: %s-a%n  dataDirectory: \"%s\"%n  logSegmentBytes: 4MiB%n  tls:%n",
                region, directory.resolve("data-" + region)));
        text.append(String.format("    certificate: \"%s\"%n", certificate(region)));
        text.append(String.format("    key: \"%s\"%n", directory.resolve(region + "-a-key.pem")));
        text.append(String.format("    trust: \"%s\"%n    reload: 100ms%n", trust()));
        for (String option : options) {
            text.append("    ").append(option).append('\n');
        }
        return text.toString();
    }

    /** Starts all nodes; each needs the others, so each has a thread. */
    List<SkeinServer> startAll() {
        List<CompletableFuture<SkeinServer>> starting = regions.stream()
                .map(region -> CompletableFuture.supplyAsync(
                        () -> SkeinServer.start(config(region)), task -> new Thread(task, "start-" + region).start()))
                .toList();
        return starting.stream().map(CompletableFuture::join).toList();
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }
}
