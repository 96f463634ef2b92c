package dev.skein.systemtests.faults;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.HistoryQuery;
import dev.skein.client.Message;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.Reason;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinException;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeLaunch;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.systemtests.launch.Progress;
import dev.skein.systemtests.traffic.Leaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sick disks below real processes. How long publishing stands still meanwhile is judged by the conductor's scenarios, on quiet machines. */
class SickDiskSystemTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final List<String> NODES = List.of("us-a", "eu-a", "ap-a");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String CHANNEL = "sick-disks";
    private static final String PLENTY = "free=1000000000000";

    @TempDir
    private Path data;

    private LocalCluster cluster;
    private SkeinClient client;

    @BeforeEach
    void start() throws IOException {
        ClusterPlan plan = ClusterPlan.of(REGIONS, 1, "close", 4)
                .withLaunch(NodeLaunch.small().withMoreJvmFlags(List.of(SickDisk.JVM_FLAG)));
        cluster = LocalCluster.start(plan, data, Progress.silent());
        // Whatever this machine's disk has.
        sayToAll(PLENTY);
        cluster.waitUntilAllLed(TIMEOUT);
        eventually(() -> assertTrue(new Leaders(status()).allAtHome()));
        client = SkeinClient.builder()
                .endpoints(cluster.endpoints("us"))
                .publishTimeout(TIMEOUT)
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void publishingGoesOnWhileTheLeadersDiskStandsStillAndTheNodeTakesPartAgain() throws Exception {
        assertEquals(1, publish(1));

        say("us-a", "stall");
        for (int i = 2; i <= 20; i++) {
            assertEquals(i, publish(i));
        }
        eventually(() -> assertTrue(node("us-a").getDisk().startsWith("a write or sync under way: ")));
        assertFalse(new Leaders(status()).leadingNodes().contains("us-a"));

        say("us-a", PLENTY);
        eventually(() -> assertEquals("", node("us-a").getDisk()));
        eventually(() -> assertTrue(new Leaders(status()).allAtHome()));
        assertEquals(21, publish(21));
        eventually(() -> assertTrue(new Leaders(status()).behind().isEmpty()));
        assertHistory(21);
    }

    @Test
    void aFullClusterRefusesWithTheBytesAndGoesOnWhenThereIsRoom() throws Exception {
        assertEquals(1, publish(1));

        say("us-a", "free=1000000");
        eventually(() -> assertFalse(new Leaders(status()).leadingNodes().contains("us-a")));
        assertEquals(2, publish(2));
        sayToAll("free=1000000");
        eventually(() -> NODES.forEach(node -> assertTrue(node(node).getDisk().startsWith("bytes free: 1000000 "))));
        SkeinException refused = refusal();
        assertEquals(Reason.DISK_FULL, refused.reason());
        assertTrue(refused.getMessage().contains("bytes free: 1000000 (expected: at least "), refused.getMessage());

        sayToAll(PLENTY);
        eventually(() -> NODES.forEach(node -> assertEquals("", node(node).getDisk())));
        assertEquals(3, publish(3));
        assertHistory(3);
    }

    @Test
    void aNodeWhoseSyncFailsEndsWithTheReasonAndComesBackWithEverything() throws Exception {
        assertEquals(1, publish(1));

        say("us-a", "fail-sync");
        eventually(() -> assertFalse(isAlive("us-a")));
        for (int i = 2; i <= 10; i++) {
            assertEquals(i, publish(i));
        }
        List<String> log = Files.readAllLines(cluster.log("us-a"));
        assertTrue(log.stream().anyMatch(SickDiskSystemTest::tellsTheReason), log::toString);

        say("us-a", PLENTY);
        cluster.startDead(List.of("us-a"));
        eventually(() -> assertTrue(new Leaders(status()).behind().isEmpty()));
        assertEquals("", node("us-a").getQuarantined());
        assertEquals(11, publish(11));
        assertHistory(11);
    }

    private static boolean tellsTheReason(String line) {
        return line.startsWith("storage: ") && line.endsWith("Input/output error");
    }

    private long publish(int number) throws Exception {
        Receipt receipt = client.publish(CHANNEL, OutgoingMessage.of("message " + number))
                .get(TIMEOUT.toSeconds() + 5, TimeUnit.SECONDS);
        return receipt.serial();
    }

    private SkeinException refusal() {
        ExecutionException failed =
                assertThrows(ExecutionException.class, () -> client.publish(CHANNEL, OutgoingMessage.of("too much"))
                        .get(TIMEOUT.toSeconds() + 5, TimeUnit.SECONDS));
        return (SkeinException) failed.getCause();
    }

    private void assertHistory(int count) {
        List<Long> serials = client.blocking().history(HistoryQuery.oldestFirst(CHANNEL)).messages().stream()
                .map(Message::serial)
                .toList();
        assertEquals(LongStream.rangeClosed(1, count).boxed().toList(), serials);
    }

    private void say(String node, String word) throws IOException {
        SickDisk.say(cluster.data(node), word);
    }

    private void sayToAll(String word) throws IOException {
        for (String node : NODES) {
            say(node, word);
        }
    }

    private NodeStatus node(String name) {
        return status().getNodesList().stream()
                .filter(node -> node.getNode().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private StatusResponse status() {
        try {
            return cluster.statusOf("eu-a", true).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isAlive(String name) {
        try {
            return cluster.state().nodes().stream()
                    .filter(record -> record.id().equals(name))
                    .anyMatch(NodeRecord::isAlive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
