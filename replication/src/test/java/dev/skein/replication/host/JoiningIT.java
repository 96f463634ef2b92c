package dev.skein.replication.host;

import static dev.skein.replication.host.TestCluster.eventually;
import static dev.skein.replication.host.TestCluster.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.JoinResponse;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.SetDraining;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.nodelog.InMemoryNodeLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, and who doesn't: each order of events is forced, none is waited for by chance. */
@Timeout(180)
class JoiningIT {

    private static final ShardId SHARD = new ShardId("chat", 0);
    private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");

    @TempDir
    Path directory;

    @Test
    void aFirstStartFinishesAlthoughOneFounderDecidedLongBeforeTheOthersAsk() throws Exception {
        try (TestCluster cluster = offered("us/a", "eu/a", "ap/a")) {
            cluster.node("us-a").start();
            cluster.begin("eu-a", "ap-a");
            assertWorks(cluster);
        }
    }

    @Test
    void aFirstStartOfFiveVotersFinishesAlthoughTwoFoundersDecidedLongBeforeTheOthersAsk() throws Exception {
        try (TestCluster cluster = offered("us/a", "us/b", "eu/a", "eu/b", "ap/a")) {
            cluster.begin("us-a", "ap-a");
            cluster.begin("us-b", "eu-a", "eu-b");
            assertWorks(cluster);
        }
    }

    @Test
    void aFirstStartFinishesAlthoughTheFounderThatDecidedRestartedBeforeTheOthersAsk() throws Exception {
        try (TestCluster cluster = offered("us/a", "eu/a", "ap/a")) {
            cluster.node("us-a").start();
            cluster.stop("us-a");
            cluster.start("us-a");
            cluster.begin("eu-a", "ap-a");
            assertWorks(cluster);
        }
    }

    @Test
    void aFounderThatTookPartInAnElectionVouchesForNobodyUntilItKnowsTheState() throws Exception {
        try (TestCluster cluster = offered("us/a", "eu/a", "ap/a")) {
            assertTrue(cluster.join("eu-a", "us-a").getFresh());
            cluster.begin("us-a", "eu-a");
            eventually(
                    "elected",
                    () -> cluster.node("eu-a").controlReport().leader().isPresent());
            cluster.stop("us-a");
            cluster.stop("eu-a");

            assertFalse(
                    new ControlPromises(cluster.controlDirectoryOf("eu-a"), new InMemoryNodeLog()).none(),
                    "the term alone is a promise");

            cluster.start("eu-a");
            JoinResponse answer = cluster.join("eu-a", "us-a");
            assertFalse(answer.getFresh());
            assertFalse(answer.hasState());
        }
    }

    @Test
    void aCopyOfALiveNodesStorageIsRefusedBeforeItTakesPart() throws Exception {
        try (TestCluster cluster = offered("us/a", "eu/a", "ap/a")) {
            cluster.begin("us-a", "eu-a", "ap-a");
            assertWorks(cluster);
            controlSnapshotOn(cluster, "ap-a");
            cluster.stop("ap-a");
            Path copy = copyOf(cluster.directoryOf("ap-a"));
            cluster.start("ap-a");
            assertEquals(2, publish(cluster, 2));
            cluster.awaitEqualReplicas(SHARD);
            eventually(
                    "another founder has a link to the original",
                    () -> !cluster.join("us-a", "ap-a").getLiveStorageId().isEmpty()
                            || !cluster.join("eu-a", "ap-a").getLiveStorageId().isEmpty());

            try (TestCluster.Member twin = cluster.twin("ap-a", copy)) {
                ReplicationException refused = assertThrows(ReplicationException.class, twin.replication()::start);
                assertEquals(Reason.REASON_DUPLICATE_NODE, refused.error().getReason());
                assertEquals(
                        0, twin.replication().control().getVersion(), "the copy's control state wasn't even loaded");
                assertTrue(twin.replication().replicas().isEmpty());
            }
            assertEquals(3, publish(cluster, 3));
            cluster.awaitEqualReplicas(SHARD);
        }
    }

    @Test
    void aNodeRestartedAtAnotherAddressIsItselfAndIsFoundThere() throws Exception {
        try (TestCluster cluster = offered("us/a", "eu/a", "ap/a")) {
            cluster.begin("us-a", "eu-a", "ap-a");
            assertWorks(cluster);
            String before = addressOf(cluster, "ap-a");
            cluster.stop("ap-a");

            cluster.startElsewhere("ap-a");

            eventually(
                    "its new address known", () -> !addressOf(cluster, "ap-a").equals(before));
            assertEquals(2, publish(cluster, 2));
            eventually("followed", () -> cluster.holds("ap-a", SHARD, 2));
        }
    }

    /** Proposes until the node's replica has applied enough for a snapshot. */
    private static void controlSnapshotOn(TestCluster cluster, String node) {
        Path snapshots = cluster.controlDirectoryOf(node).resolve("snapshot");
        ControlCommand nothingNew = ControlCommand.newBuilder()
                .setSetDraining(SetDraining.newBuilder().setNode(node))
                .build();
        eventually("a snapshot in " + snapshots, () -> {
            ReplicationNode leader = cluster.node(
                    cluster.node(node).controlLeader().orElseThrow().value());
            CompletableFuture.allOf(IntStream.range(0, 250)
                            .mapToObj(i -> leader.proposeControl(nothingNew).exceptionally(refused -> 0L))
                            .toArray(CompletableFuture[]::new))
                    .join();
            return Files.exists(snapshots) && snapshots.toFile().list().length > 0;
        });
    }

    private Path copyOf(Path storage) throws Exception {
        Path copy = directory.resolve("copy");
        try (Stream<Path> files = Files.walk(storage)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(storage.relativize(file)));
            }
        }
        return copy;
    }

    private static String addressOf(TestCluster cluster, String node) {
        return cluster.node("us-a").control().getNodesList().stream()
                .filter(record -> record.getNode().equals(node))
                .map(NodeRecord::getPeerAddress)
                .findFirst()
                .orElseThrow();
    }

    private TestCluster offered(String... places) throws Exception {
        return new TestCluster(directory, places).offerAll();
    }

    private static void assertWorks(TestCluster cluster) {
        cluster.createNamespace(
                NamespaceSpec.newBuilder().setName("chat").setShards(1).build());
        assertEquals(1, publish(cluster, 1));
        cluster.awaitEqualReplicas(SHARD);
    }

    private static long publish(TestCluster cluster, long sequence) {
        return cluster.publish(SHARD, section("chat:room", PRODUCER, sequence, "message " + sequence))
                .receipts()
                .get(0)
                .getSerial();
    }
}
