package dev.skein.server;

import dev.skein.core.TimeSource;
import dev.skein.server.config.SkeinConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Configurations for nodes of one JVM, on ports that were free a moment ago. */
final class TestNodes {

    private final List<String> regions;
    private final String namespaces;
    private final Path directory;
    private final List<Integer> ports = new ArrayList<>();
    private String nodeOptions = "";

    /** One node a region, named {@code region-a}. */
    TestNodes(Path directory, String namespaces, String... regions) {
        this.directory = directory;
        this.namespaces = namespaces;
        this.regions = List.of(regions);
        this.ports.addAll(freePorts(2 * regions.length));
    }

    SkeinConfig config(String region) {
        return SkeinConfig.parse(text(region), "test.yaml");
    }

    String text(String region) {
        StringBuilder text =
                new StringBuilder("cluster:\n  name: test\n  timing: lan\n  regions: " + regions + "\n  nodes:\n");
        for (int i = 0; i < regions.size(); i++) {
            text.append(String.format(
                    "    - {id: %s-a, region: %s, zone: a, peer: \"127.0.0.1:%d\", client: \"127.0.0.1:%d\"}%n",
                    regions.get(i), regions.get(i), ports.get(2 * i), ports.get(2 * i + 1)));
        }
        return text + "  namespaces: " + namespaces + "\nnode:\n  id: " + region
                + "-a\n  transport: plaintext\n  dataDirectory: " + directory.resolve(region + "-a")
                + "\n  logSegmentBytes: 4MiB\n" + nodeOptions;
    }

    /** Lines of YAML that every node's own part gets too, each with two blanks before it. */
    TestNodes withNodeOptions(String lines) {
        nodeOptions = lines;
        return this;
    }

    /** Starts all nodes; each needs the others, so each has a thread. */
    List<SkeinServer> startAll() {
        return startAll(region -> TimeSource.system());
    }

    /** The same, each with a clock of its own. */
    List<SkeinServer> startAll(Function<String, TimeSource> clockOf) {
        List<CompletableFuture<SkeinServer>> starting = regions.stream()
                .map(region -> CompletableFuture.supplyAsync(() -> start(region, clockOf), task -> {
                    new Thread(task, "start-" + region).start();
                }))
                .toList();
        return starting.stream().map(CompletableFuture::join).toList();
    }

    private SkeinServer start(String region, Function<String, TimeSource> clockOf) {
        return SkeinServer.start(config(region), new StandardParts(), clockOf.apply(region));
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
