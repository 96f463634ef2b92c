package dev.skein.replication.host;

import static dev.skein.replication.host.TestCluster.eventually;
import static dev.skein.replication.host.TestCluster.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.DiskReport.Condition;
import dev.skein.replication.DiskRules;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.ReplicaRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that stand still, are full, or fail, under the nodes of one process. */
@Timeout(180)
class SickDiskIT {

    private static final String FAULTS = "skein.disk.faults";
    private static final int SHARDS = 12;
    private static final ShardId SHARD = new ShardId("chat", 0);
    private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");
    private static final String PLENTY = "free=" + (1L << 40);
    private static final DiskRules QUICK = new DiskRules(Duration.ofMillis(500), Duration.ZERO, 1 << 20);

    @TempDir
    Path directory;

    @BeforeEach
    void allowFaults() {
        System.setProperty(FAULTS, "true");
    }

    @AfterEach
    void forbidFaults() {
        System.clearProperty(FAULTS);
    }

    @Test
    void aLeaderWhoseDiskStandsStillGivesAllItsShardsUpAndTakesPartAgainAfterwards() throws Exception {
        try (TestCluster cluster = started(QUICK)) {
            publishEverywhere(cluster, 1);
            String sick = awaitHome(cluster);

            cluster.disk(sick, "stall");
            eventually("the stall is noticed", () -> cluster.node(sick).disk().condition() == Condition.STALLED);
            publishEverywhere(cluster, 2);
            publishEverywhere(cluster, 3);

            assertEquals(Condition.STALLED, cluster.node(sick).disk().condition());
            assertEquals(0, cluster.node(sick).leaderships());
            assertNotEquals(sick, cluster.leaderNode(SHARD));
            cluster.disk(sick, "");
            allShards().forEach(cluster::awaitEqualReplicas);
            eventually("leaderships go home", () -> cluster.node(sick).leaderships() == SHARDS);
            publishEverywhere(cluster, 4);
            assertTrue(cluster.fatal().isEmpty(), cluster.fatal()::toString);
        }
    }

    @Test
    void aFollowerWhoseDiskStandsStillCostsNobodyAnything() throws Exception {
        try (TestCluster cluster = started(QUICK)) {
            publishEverywhere(cluster, 1);
            String leader = awaitHome(cluster);
            long term = cluster.leader(SHARD).report().term();
            String sick = "ap-a";

            cluster.disk(sick, "stall");
            eventually("noticed", () -> cluster.node(sick).disk().isStalled());
            publishEverywhere(cluster, 2);
            cluster.disk(sick, "");
            allShards().forEach(cluster::awaitEqualReplicas);

            assertEquals(leader, cluster.leaderNode(SHARD));
            assertEquals(term, cluster.leader(SHARD).report().term(), "nobody stood for election");
        }
    }

    @Test
    void aReplicaThatWaitsForTheDiskWithItsVoteSaysHowItIsAllTheSame() throws Exception {
        DiskRules patient = new DiskRules(Duration.ofMinutes(10), Duration.ZERO, 1 << 20);
        try (TestCluster cluster = started(patient)) {
            publishEverywhere(cluster, 1);
            awaitHome(cluster);
            String sick = "eu-a";

            cluster.disk(sick, "stall");
            cluster.leader(SHARD).transferLeadership(new NodeId(sick)).get(10, TimeUnit.SECONDS);
            try {
                // JRaft holds the group's lock from here on, and who asks for the lock waits with it.
                assertTimeoutPreemptively(
                        Duration.ofSeconds(60),
                        () -> eventually(
                                "it stands", () -> report(cluster, sick).role() == ReplicaRole.CANDIDATE));
                assertEquals(3, report(cluster, sick).voters().size());
                publishEverywhere(cluster, 2);
            } finally {
                cluster.disk(sick, "");
            }
            allShards().forEach(cluster::awaitEqualReplicas);
        }
    }

    @Test
    void aStallThatDoesNotEndEndsTheNodeWithTheReason() throws Exception {
        DiskRules rules = new DiskRules(Duration.ofMillis(300), Duration.ofMillis(900), 1 << 20);
        try (TestCluster cluster = started(rules)) {
            String sick = cluster.leaderNode(SHARD);
            cluster.disk(sick, "stall");
            eventually("told", () -> !cluster.fatal().isEmpty());
            assertTrue(
                    cluster.fatal().peek().startsWith("storage: a write or sync under way: "),
                    cluster.fatal()::toString);
            assertTrue(cluster.fatal().peek().endsWith("s (expected: less than 0.3 s)"), cluster.fatal()::toString);
            cluster.disk(sick, "");
        }
    }

    @Test
    void aNearlyFullLeaderHandsOverToOneWithRoomAndAFullFollowerTakesNothing() throws Exception {
        try (TestCluster cluster = started(QUICK)) {
            publishEverywhere(cluster, 1);
            String full = cluster.leaderNode(SHARD);

            cluster.disk(full, "free=1000");
            eventually("handed over", () -> cluster.node(full).leaderships() == 0);
            long last = report(cluster, full).lastIndex();
            publishEverywhere(cluster, 2);
            assertEquals(Condition.FULL, cluster.node(full).disk().condition());
            eventually(
                    "the others are ahead",
                    () -> cluster.leader(SHARD).report().lastIndex()
                            > report(cluster, full).lastIndex());
            assertTrue(report(cluster, full).lastIndex() <= last + 1, "it adds nothing to its log");

            cluster.disk(full, PLENTY);
            allShards().forEach(cluster::awaitEqualReplicas);
            assertTrue(allShards().stream()
                    .noneMatch(shard -> cluster.node(full)
                                    .replica(shard)
                                    .orElseThrow()
                                    .report()
                                    .role()
                            == ReplicaRole.FENCED));
        }
    }

    @Test
    void whenNobodyHasRoomPublishesAreRefusedWithTheBytesUntilThereIsRoom() throws Exception {
        try (TestCluster cluster = started(QUICK)) {
            publishEverywhere(cluster, 1);
            for (String node : List.of("us-a", "eu-a", "ap-a")) {
                cluster.disk(node, "free=900000");
            }
            AtomicReference<PublishOutcome.Refused> refusal = new AtomicReference<>();
            eventually("refused", () -> {
                PublishOutcome outcome = cluster.publishOnce(SHARD, section("chat:room-0", PRODUCER, 2, "two"));
                boolean full = outcome instanceof PublishOutcome.Refused refused
                        && refused.error().getReason() == Reason.REASON_DISK_FULL;
                if (full) {
                    refusal.set((PublishOutcome.Refused) outcome);
                }
                return full;
            });
            String text = refusal.get().error().getText();
            assertTrue(text.contains("bytes free: 900000 (expected: at least 1572864)"), text);

            for (String node : List.of("us-a", "eu-a", "ap-a")) {
                cluster.disk(node, PLENTY);
            }
            assertEquals(
                    2,
                    cluster.publish(SHARD, section("chat:room-0", PRODUCER, 2, "two"))
                            .receipts()
                            .get(0)
                            .getSerial());
        }
    }

    @Test
    void aFailedSyncEndsTheNodeAndItsRestartHasWhatWasAcknowledged() throws Exception {
        endsAndComesBack("fail-sync", "Input/output error");
    }

    @Test
    void aDiskThatIsFullAllTheSameEndsTheNodeAndItsRestartHasWhatWasAcknowledged() throws Exception {
        endsAndComesBack("no-space", "No space left on device");
    }

    private void endsAndComesBack(String word, String reason) throws Exception {
        try (TestCluster cluster = started(QUICK)) {
            publishEverywhere(cluster, 1);
            String broken = cluster.leaderNode(SHARD);

            cluster.disk(broken, word);
            eventually("told", () -> !cluster.fatal().isEmpty());
            assertTrue(cluster.fatal().peek().contains(reason), cluster.fatal()::toString);
            cluster.stop(broken);
            publishEverywhere(cluster, 2);

            cluster.disk(broken, "");
            cluster.start(broken);
            assertTrue(cluster.node(broken).quarantined().isEmpty());
            eventually("back", () -> allShards().stream()
                    .allMatch(shard -> cluster.node(broken).replica(shard).isPresent()));
            allShards().forEach(cluster::awaitEqualReplicas);
            assertEquals(2, cluster.dump(broken, SHARD).size());
        }
    }

    /** Leaders move home at first; whoever has all of them keeps them. */
    private static String awaitHome(TestCluster cluster) {
        eventually("all led at home", () -> allShards().stream().allMatch(shard -> leads(cluster, shard)));
        return "us-a";
    }

    private static boolean leads(TestCluster cluster, ShardId shard) {
        return cluster.node("us-a").replica(shard).orElseThrow().report().role() == ReplicaRole.LEADER;
    }

    private static ReplicaReport report(TestCluster cluster, String node) {
        return cluster.node(node).replica(SHARD).orElseThrow().report();
    }

    private TestCluster started(DiskRules rules) throws IOException {
        TestCluster cluster = new TestCluster(directory, "us/a", "eu/a", "ap/a")
                .diskRules(rules)
                .startAll();
        for (String node : List.of("us-a", "eu-a", "ap-a")) {
            // Whatever this machine's disk has.
            cluster.disk(node, PLENTY);
        }
        cluster.createNamespace(
                NamespaceSpec.newBuilder().setName("chat").setShards(SHARDS).build());
        eventually("every shard has its replicas", () -> allShards().stream().allMatch(shard -> cluster.leader(shard)
                .report()
                .voters()
                .containsAll(List.of(new NodeId("us-a"), new NodeId("eu-a"), new NodeId("ap-a")))));
        return cluster;
    }

    private static List<ShardId> allShards() {
        return IntStream.range(0, SHARDS)
                .mapToObj(number -> new ShardId("chat", number))
                .toList();
    }

    private static void publishEverywhere(TestCluster cluster, long sequence) {
        for (ShardId shard : allShards()) {
            String channel = "chat:room-" + shard.number();
            long serial = cluster.publish(shard, section(channel, PRODUCER, sequence, "message " + sequence))
                    .receipts()
                    .get(0)
                    .getSerial();
            assertEquals(sequence, serial);
        }
    }
}
