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
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.replication.DiskReport.Condition;
import dev.skein.replication.DiskRules;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.ShardReplica;
import dev.skein.replication.raft.GroupNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots and the store that can't be written, a log that can't be read, and a start on a full disk. */
@Timeout(180)
class BrokenDiskIT {

    private static final String FAULTS = "skein.disk.faults";
    private static final ShardId SHARD = new ShardId("chat", 0);
    private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");
    private static final String PLENTY = "free=" + (1L << 40);
    private static final List<String> NODES = List.of("us-a", "eu-a", "ap-a");
    private static final String NODE = "ap-a";

    /** Fill RocksDB's write buffer of 4 MiB, twice over, with what is remembered of their ids. */
    private static final int SECTIONS_MAX = 200;

    private static final int SECTION_MESSAGES = 1_000;

    /** More than three segments of them. */
    private static final int MESSAGES = 40;

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
    void aSnapshotThatCanNotBeWrittenStopsNobodyAndTheNextOneIsWritten() throws Exception {
        try (TestCluster cluster = started()) {
            publish(cluster, 1);
            ShardReplica leader = cluster.leader(SHARD);
            String node = cluster.leaderNode(SHARD);
            leader.snapshot().join();
            List<Path> before = snapshots(cluster, node);

            publish(cluster, 2);
            cluster.disk(node, "fail-snapshot");
            CompletionException failed = assertThrows(
                    CompletionException.class, () -> leader.snapshot().join());
            assertTrue(String.valueOf(failed.getMessage()).contains("snapshot not written"), failed::toString);
            assertEquals(before, snapshots(cluster, node), "the one before stands");
            publish(cluster, 3);
            assertEquals(Optional.empty(), leader.report().fenced());

            cluster.disk(node, PLENTY);
            leader.snapshot().join();
            assertFalse(snapshots(cluster, node).equals(before), "another one took its place");
            assertTrue(cluster.fatal().isEmpty(), cluster.fatal()::toString);
            cluster.stop(node);
            cluster.start(node);
            eventually("all there", () -> cluster.holds(node, SHARD, 3));
            cluster.awaitEqualReplicas(SHARD);
        }
    }

    @Test
    void aStoreThatCanNotBeWrittenEndsTheNodeAndItsRestartHasWhatWasAcknowledged() throws Exception {
        try (TestCluster cluster = started()) {
            publish(cluster, 1);
            cluster.awaitEqualReplicas(SHARD);
            Path store = cluster.directoryOf(NODE).resolve("store");
            Path away = store.resolveSibling("store-away");
            Files.move(store, away);

            int sections = 0;
            while (cluster.fatal().isEmpty() && sections < SECTIONS_MAX) {
                cluster.publish(SHARD, identified(sections++));
            }
            eventually("told", () -> !cluster.fatal().isEmpty());
            assertTrue(cluster.fatal().peek().startsWith("storage: write failed: "), cluster.fatal()::toString);

            cluster.stop(NODE);
            Files.move(away, store);
            cluster.start(NODE);
            assertEquals(Optional.empty(), cluster.node(NODE).quarantined());
            int messages = 1 + sections * SECTION_MESSAGES;
            eventually("all there", () -> cluster.holds(NODE, SHARD, messages));
            cluster.awaitEqualReplicas(SHARD);
        }
    }

    @Test
    void aLogThatCanNotBeReadForAReaderEndsTheNode() throws Exception {
        try (TestCluster cluster = started()) {
            for (int number = 1; number <= MESSAGES; number++) {
                publish(cluster, number);
            }
            eventually("on the disk", () -> cluster.holds(NODE, SHARD, MESSAGES));

            cluster.disk(NODE, "fail-read=" + sealedSegment(cluster));
            assertThrows(UncheckedIOException.class, () -> cluster.dump(NODE, SHARD));
            eventually("told", () -> !cluster.fatal().isEmpty());
            assertTrue(cluster.fatal().peek().contains("chat--0: cannot read index "), cluster.fatal()::toString);

            cluster.stop(NODE);
            publish(cluster, MESSAGES + 1);
            cluster.disk(NODE, PLENTY);
            cluster.start(NODE);
            eventually("all there", () -> cluster.holds(NODE, SHARD, MESSAGES + 1));
        }
    }

    @Test
    void aNodeThatStartsOnAFullDiskLetsGoOfItsReserveAndMakesItAgainWhenThereIsRoom() throws Exception {
        try (TestCluster cluster = started()) {
            publish(cluster, 1);
            Path reserve = cluster.directoryOf(NODE).resolve("ballast");
            eventually("there is a reserve", () -> Files.exists(reserve));
            cluster.stop(NODE);
            cluster.disk(NODE, "free=1000");

            cluster.start(NODE);
            eventually(
                    "full, and up",
                    () -> cluster.node(NODE).disk().condition() == Condition.FULL && cluster.holds(NODE, SHARD, 1));
            assertFalse(Files.exists(reserve));
            publish(cluster, 2);

            cluster.disk(NODE, PLENTY);
            eventually("the reserve is there again", () -> Files.exists(reserve));
            eventually("all there", () -> cluster.holds(NODE, SHARD, 2));
        }
    }

    private TestCluster started() throws IOException {
        TestCluster cluster = new TestCluster(directory, "us/a", "eu/a", "ap/a")
                .diskRules(new DiskRules(Duration.ofSeconds(30), Duration.ZERO, 1 << 20))
                .startAll();
        for (String node : NODES) {
            // Whatever this machine's disk has.
            cluster.disk(node, PLENTY);
        }
        cluster.createNamespace(
                NamespaceSpec.newBuilder().setName("chat").setShards(1).build());
        return cluster;
    }

    private static void publish(TestCluster cluster, long sequence) {
        PublishOutcome.Accepted accepted = cluster.publish(
                SHARD, section("chat:room", PRODUCER, sequence, ("message " + sequence + " ").repeat(7_000)));
        assertEquals(sequence, accepted.receipts().get(0).getSerial());
    }

    /** Messages with ids of their own. */
    private static PublishSection identified(int number) {
        SectionChannel.Builder part = SectionChannel.newBuilder().setChannel("chat:room");
        for (int i = 0; i < SECTION_MESSAGES; i++) {
            part.addMessages(MessageBody.newBuilder()
                    .setMessageId("message " + i + " of section " + number)
                    .build()
                    .toByteString());
        }
        return PublishSection.newBuilder().addChannels(part).build();
    }

    /** One in the middle: Raft itself reads neither the shard's entries there nor the control group's, which are older. */
    private static Path sealedSegment(TestCluster cluster) throws IOException {
        try (Stream<Path> files = Files.list(cluster.directoryOf(NODE).resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .filter(BrokenDiskIT::holdsMessages)
                    .findFirst()
                    .orElseThrow()
                    .getFileName();
        }
    }

    private static boolean holdsMessages(Path segment) {
        try {
            return Files.readString(segment, StandardCharsets.ISO_8859_1).contains("message 20 ");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<Path> snapshots(TestCluster cluster, String node) throws IOException {
        Path group = cluster.directoryOf(node).resolve("groups").resolve(GroupNames.of(SHARD));
        try (Stream<Path> files = Files.walk(group.resolve("snapshot"))) {
            return files.filter(file -> file.endsWith("state")).sorted().toList();
        }
    }
}
