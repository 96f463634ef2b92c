package dev.skein.systemtests.edge;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.client.Credential;
import dev.skein.client.SkeinClient;
import dev.skein.client.admin.ClusterStatus;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeLaunch;
import dev.skein.systemtests.launch.PlaceName;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Three regions of processes with the edge, which let nobody in without a token. */
final class EdgeCluster implements AutoCloseable {

    static final String HOME = "us";

    private static final List<String> REGIONS = List.of(HOME, "eu", "ap");
    private static final int SHARDS = 3;
    private static final String ROOT = "root.0123456789abcdef0123456789abcdef";

    private final Issuer issuer = new Issuer("a secret of 32 bytes, shared....");
    private final LocalCluster processes;

    private EdgeCluster(Path data) throws IOException {
        Path rootKey = Files.writeString(data.resolve("root.key"), ROOT);
        Path jwks = Files.writeString(data.resolve("jwks.json"), issuer.jwks());
        Map<String, Object> access = Map.of(
                "rootKey", rootKey.toString(),
                "tokens", Map.of("jwks", jwks.toString(), "audience", Issuer.AUDIENCE));
        ClusterPlan plan = ClusterPlan.of(REGIONS, 1, "close", SHARDS)
                .withLaunch(NodeLaunch.small().withNodeSettings(Map.of("access", access)));
        processes = LocalCluster.start(plan, data.resolve("cluster"), Progress.silent());
    }

    static EdgeCluster start(Path data) throws IOException {
        EdgeCluster cluster = new EdgeCluster(data);
        cluster.awaitLeaders();
        return cluster;
    }

    Issuer issuer() {
        return issuer;
    }

    /** A region's address for browsers and phones. */
    String edge(String region) throws IOException {
        return processes.edges(region).get(0);
    }

    /** A client that speaks gRPC, in a region. */
    SkeinClient grpc(String region) throws IOException {
        return SkeinClient.builder()
                .endpoints(processes.endpoints(region))
                .followRoutes(false)
                .credential(Credential.apiKey(ROOT))
                .publishTimeout(Duration.ofSeconds(20))
                .build();
    }

    void kill(String region) throws IOException {
        processes.kill(PlaceName.region(region));
    }

    /** Starts what is dead, and waits until all is led. */
    void restore(String region) throws IOException {
        processes.restore(PlaceName.region(region));
        awaitLeaders();
    }

    @Override
    public void close() {
        processes.close();
    }

    private void awaitLeaders() throws IOException {
        try (SkeinClient client = grpc("eu")) {
            eventually(Duration.ofSeconds(60), () -> {
                ClusterStatus status = client.admin().status(false).join();
                assertEquals(1, status.namespaces().size());
                assertEquals(SHARDS, status.namespaces().get(0).shardsLed());
            });
        }
    }
}
