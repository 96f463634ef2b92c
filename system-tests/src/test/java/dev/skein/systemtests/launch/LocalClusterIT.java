package dev.skein.systemtests.launch;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.proto.admin.v1.NodeStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterIT {

    private static final Duration LED = Duration.ofSeconds(30);

    @TempDir
    private static Path data;

    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(plan(List.of("us", "eu")), data, Progress.silent());
        cluster.waitUntilAllLed(LED);
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.close();
        assertFalse(cluster.state().isRunning());
    }

    @Test
    void sendsWhatNodesSayThroughTheEmulator() {
        eventually(() -> assertTrue(bytes("us-a", "eu-a") > 0 && bytes("eu-a", "us-a") > 0));
    }

    @Test
    void losesAKilledNodeAndStartsItAgain() throws IOException {
        cluster.kill(PlaceName.node("eu-a"));
        assertFalse(node("eu-a").isAlive());
        eventually(() -> assertEquals("dead", heard("eu-a")));
        assertTrue(cluster.restore(PlaceName.node("eu-a")));
        assertTrue(node("eu-a").isAlive());
        cluster.waitUntilAllLed(LED);
    }

    @Test
    void letsAPausedRegionGoOn() throws IOException {
        OwnedProcess before = node("eu-a").process();
        cluster.pause(PlaceName.region("eu"));
        eventually(() -> assertEquals("dead", heard("eu-a")));
        assertTrue(cluster.restore(PlaceName.region("eu")));
        assertEquals(before, node("eu-a").process());
        cluster.waitUntilAllLed(LED);
    }

    @Test
    void silencesAPartitionedZoneWhileItsProcessesGoOn() throws IOException {
        cluster.partition(PlaceName.zone("eu/a"));
        eventually(() -> assertEquals("dead", heard("eu-a")));
        assertTrue(node("eu-a").isServing());
        assertTrue(cluster.state().isPartitioned(node("eu-a")));
        assertTrue(cluster.restore(PlaceName.zone("eu/a")));
        cluster.waitUntilAllLed(LED);
    }

    @Test
    void restoresNothingWhereNothingIsWrong() throws IOException {
        assertFalse(cluster.restore(PlaceName.region("us")));
    }

    @Test
    void drainsANodeAndTakesItBack() throws IOException {
        cluster.drain(PlaceName.node("us-a"));
        assertEquals("draining", node("us-a").state());
        assertTrue(cluster.restore(PlaceName.node("us-a")));
        assertEquals("up", node("us-a").state());
    }

    @Test
    void namesTheKnownPlacesWhenOneIsUnknown() {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> cluster.kill(PlaceName.region("mars")));
        assertEquals("region: mars (expected: one of eu, us)", refused.getMessage());
    }

    @Test
    void refusesToStartASecondTimeInOneDirectory() {
        Exception refused = assertThrows(
                ClusterException.class, () -> LocalCluster.start(plan(List.of("us", "eu")), data, Progress.silent()));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("a cluster is already running in "));
    }

    @Test
    void saysWhyANodeDidNotStart(@TempDir Path other) throws IOException {
        ClusterPlan plan = plan(List.of("us")).withLaunch(NodeLaunch.small().withMain("dev.skein.NoSuchMain"));
        Exception failed =
                assertThrows(ClusterException.class, () -> LocalCluster.start(plan, other, Progress.silent()));
        assertTrue(String.valueOf(failed.getMessage()).contains("us-a ended while starting"), failed.getMessage());
        assertTrue(String.valueOf(failed.getMessage()).contains("NoSuchMain"), failed.getMessage());
        assertFalse(new ClusterDirectory(other).require().isRunning());
    }

    private static ClusterPlan plan(List<String> regions) {
        NodeLaunch launch = NodeLaunch.small()
                .withMain(StandInServerMain.class.getName())
                .withHeapMegabytes(64)
                .withMoreJvmFlags(new ArrayList<>(List.of("-XX:TieredStopAtLevel=1")));
        return ClusterPlan.of(regions, 1, "close", 4).withLaunch(launch);
    }

    private static NodeRecord node(String id) throws IOException {
        return PlaceName.node(id).in(cluster.state()).get(0);
    }

    /** What the other node says of this one. */
    private static String heard(String id) throws IOException {
        try (AdminCaller admin = new AdminCaller(node("us-a").client())) {
            return admin.status(false).getNodesList().stream()
                    .filter(node -> node.getNode().equals(id))
                    .map(NodeStatus::getState)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static long bytes(String from, String to) throws IOException {
        JsonNode paths = cluster.wanPaths().get("paths");
        return StreamSupport.stream(paths.spliterator(), false)
                .filter(path -> path.get("from").asText().equals(from))
                .filter(path -> path.get("to").asText().equals(to))
                .mapToLong(path -> path.get("bytes").asLong())
                .sum();
    }
}
