package dev.skein.replication.host;

import static dev.skein.replication.host.TestCluster.eventually;
import static dev.skein.replication.host.TestCluster.section;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.replication.ReplicaRole;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.raft.GroupNames;
import dev.skein.replication.store.RocksStore;
import dev.skein.replication.store.ShardStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bits flip on the disk of a node that runs, or its log's end is gone when it starts. */
@Timeout(180)
class RotIT {

    private static final ShardId SHARD = new ShardId("chat", 0);
    private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");
    private static final int MESSAGES = 40;
    private static final String NODE = "ap-a";

    @TempDir
    Path directory;

    @Test
    void rotInASealedSegmentIsFoundAndMendedBeforeAReaderMeetsIt() throws Exception {
        try (TestCluster cluster = filled(cluster().scrubbing())) {
            Path segment = segmentWith(cluster, NODE, "message 7 ");
            byte[] whole = flip(segment, "message 7 ", 200);

            eventually("mended", () -> Files.exists(segment) && java.util.Arrays.equals(whole, bytes(segment)));

            eventually("counted", () -> cluster.node(NODE).scrubbed().repaired() == 1);
            assertEquals("", cluster.node(NODE).scrubbed().waiting());
            assertEquals(MESSAGES, cluster.dump(NODE, SHARD).size());
            cluster.stop(NODE);
            cluster.start(NODE);
            assertEquals(Optional.empty(), cluster.node(NODE).quarantined());
            eventually("all there", () -> cluster.holds(NODE, SHARD, MESSAGES));
        }
    }

    @Test
    void aReaderThatMeetsRotFirstGetsWhatWasWritten() throws Exception {
        try (TestCluster cluster = filled(cluster())) {
            Path segment = segmentWith(cluster, NODE, "message 7 ");
            byte[] whole = flip(segment, "message 7 ", 200);

            eventually("read", () -> cluster.holds(NODE, SHARD, MESSAGES));

            assertEquals(cluster.dump("us-a", SHARD), cluster.dump(NODE, SHARD));
            assertArrayEquals(whole, bytes(segment));
            assertEquals(1, cluster.node(NODE).scrubbed().repaired());
        }
    }

    @Test
    void aLeaderThatMeetsRotWhileAFollowerCatchesUpGoesOn() throws Exception {
        try (TestCluster cluster = cluster().startAll()) {
            cluster.createNamespace(spec());
            cluster.publish(SHARD, section("chat:room", PRODUCER, 1, text(1)));
            cluster.awaitEqualReplicas(SHARD);
            cluster.stop(NODE);
            for (int number = 2; number <= MESSAGES; number++) {
                cluster.publish(SHARD, section("chat:room", PRODUCER, number, text(number)));
            }
            cluster.awaitEqualReplicas(SHARD);
            String leader = cluster.leaderNode(SHARD);
            flip(segmentWith(cluster, leader, "message 7 "), "message 7 ", 200);

            cluster.start(NODE);

            eventually("caught up", () -> cluster.holds(NODE, SHARD, MESSAGES));
            assertEquals(1, cluster.node(leader).scrubbed().repaired());
            assertEquals(
                    Optional.empty(),
                    cluster.node(leader).replica(SHARD).orElseThrow().report().fenced());
        }
    }

    @Test
    void rotThatNobodyCanMendNowIsNeverDelivered() throws Exception {
        try (TestCluster cluster = filled(cluster())) {
            Path segment = segmentWith(cluster, NODE, "message 7 ");
            flip(segment, "message 7 ", 200);
            cluster.stop("us-a");
            cluster.stop("eu-a");

            eventually("known", () -> {
                try {
                    cluster.dump(NODE, SHARD);
                    return false;
                } catch (ReplicationException refused) {
                    return !cluster.node(NODE).scrubbed().waiting().isEmpty();
                }
            });
            assertTrue(cluster.node(NODE).scrubbed().text().contains("is damaged"));

            cluster.start("us-a");
            eventually("mended", () -> cluster.node(NODE).scrubbed().waiting().isEmpty());
            eventually("read", () -> cluster.holds(NODE, SHARD, MESSAGES));
        }
    }

    @Test
    void aRottenStoreIsMadeAnewFromTheLog() throws Exception {
        try (TestCluster cluster = filled(cluster().scrubbing())) {
            cluster.stop(NODE);
            cluster.start(NODE);
            eventually("up", () -> cluster.holds(NODE, SHARD, MESSAGES));
            Path table =
                    files(cluster.directoryOf(NODE).resolve("store"), ".sst").get(0);
            flipAt(table, 20);

            eventually("found", () -> cluster.node(NODE).scrubbed().found() > 0);
            eventually("made anew", () -> !Files.exists(table) && cluster.holds(NODE, SHARD, MESSAGES));

            cluster.publish(SHARD, section("chat:room", PRODUCER, MESSAGES + 1, "after"));
            eventually("goes on", () -> cluster.holds(NODE, SHARD, MESSAGES + 1));
            cluster.awaitEqualReplicas(SHARD);
        }
    }

    @Test
    void rottenTermsAndVotesAreWrittenAnew() throws Exception {
        try (TestCluster cluster = filled(cluster().scrubbing())) {
            Path votes = group(cluster).resolve("raft-meta");
            byte[] whole = bytes(votes);
            flipAt(votes, 20);

            eventually("written anew", () -> java.util.Arrays.equals(whole, bytes(votes)));
        }
    }

    @Test
    void anotherSnapshotTakesTheRottenOnesPlace() throws Exception {
        try (TestCluster cluster = filled(cluster().scrubbing())) {
            cluster.node(NODE).replica(SHARD).orElseThrow().snapshot().join();
            Path snapshot = files(group(cluster).resolve("snapshot"), "state").get(0);
            flipAt(snapshot, 100);
            cluster.publish(SHARD, section("chat:room", PRODUCER, MESSAGES + 1, "after"));

            eventually("replaced", () -> !Files.exists(snapshot));
            eventually("whole", () -> cluster.node(NODE).scrubbed().waiting().isEmpty());
        }
    }

    @Test
    void anotherSnapshotTakesThePlaceOfOneWithARottenDescription() throws Exception {
        try (TestCluster cluster = filled(cluster().scrubbing())) {
            cluster.node(NODE).replica(SHARD).orElseThrow().snapshot().join();
            Path description = description(cluster);
            flipAt(description, 40);
            cluster.publish(SHARD, section("chat:room", PRODUCER, MESSAGES + 1, "after"));

            eventually("replaced", () -> !Files.exists(description));
            eventually("whole", () -> cluster.node(NODE).scrubbed().waiting().isEmpty());
            assertTrue(cluster.fatal().isEmpty(), cluster.fatal()::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 34, 50, 70})
    void aNodeIsQuarantinedWhoseSnapshotDescribesTheGroupWrongly(int place) throws Exception {
        try (TestCluster cluster = filled(cluster())) {
            cluster.node(NODE).replica(SHARD).orElseThrow().snapshot().join();
            cluster.stop(NODE);
            flipAt(description(cluster), place);

            cluster.start(NODE);
            eventually("told", () -> !cluster.fatal().isEmpty());
            assertTrue(cluster.fatal().peek().contains("checksum is wrong"), cluster.fatal()::toString);
            cluster.stop(NODE);
            cluster.start(NODE);
            assertTrue(
                    cluster.node(NODE).quarantined().orElse("takes part").contains("checksum is wrong"),
                    () -> cluster.node(NODE).quarantined().toString());

            cluster.stop(NODE);
            cluster.wipe(NODE);
            cluster.start(NODE);
            eventually("all there", () -> cluster.holds(NODE, SHARD, MESSAGES));
        }
    }

    @Test
    void aNodeThatNeedsADamagedSnapshotIsQuarantinedAndSaysWhy() throws Exception {
        try (TestCluster cluster = filled(cluster())) {
            cluster.node(NODE).replica(SHARD).orElseThrow().snapshot().join();
            cluster.stop(NODE);
            Path snapshot = files(group(cluster).resolve("snapshot"), "state").get(0);
            flipAt(snapshot, 100);
            for (Path file : files(cluster.directoryOf(NODE).resolve("store"), "")) {
                if (Files.isRegularFile(file)) {
                    Files.delete(file);
                }
            }

            cluster.start(NODE);
            eventually("told", () -> !cluster.fatal().isEmpty());
            assertTrue(cluster.fatal().peek().contains("checksum or length is wrong"), cluster.fatal()::toString);
            cluster.stop(NODE);
            cluster.start(NODE);
            assertTrue(
                    cluster.node(NODE).quarantined().orElse("takes part").contains("checksum or length is wrong"),
                    () -> cluster.node(NODE).quarantined().toString());

            cluster.stop(NODE);
            cluster.wipe(NODE);
            cluster.start(NODE);
            eventually("all there", () -> cluster.holds(NODE, SHARD, MESSAGES));
        }
    }

    @Test
    void aDamagedSnapshotThatTheStateIsPastHarmsNobody() throws Exception {
        try (TestCluster cluster = filled(cluster())) {
            cluster.node(NODE).replica(SHARD).orElseThrow().snapshot().join();
            cluster.stop(NODE);
            flipAt(files(group(cluster).resolve("snapshot"), "state").get(0), 100);

            cluster.start(NODE);

            eventually("all there", () -> cluster.holds(NODE, SHARD, MESSAGES));
            assertTrue(cluster.fatal().isEmpty(), cluster.fatal()::toString);
        }
    }

    @Test
    void aReplicaWhoseStateDriftsApartIsFencedAndSaysWhy() throws Exception {
        try (TestCluster cluster = cluster().startAll()) {
            cluster.createNamespace(spec());
            cluster.publish(SHARD, section("chat:room", PRODUCER, 1, "one"));
            cluster.awaitEqualReplicas(SHARD);
            cluster.stop(NODE);
            changeDigest(cluster.directoryOf(NODE).resolve("store"));
            cluster.start(NODE);

            eventually("fenced", () -> cluster.node(NODE)
                    .replica(SHARD)
                    .flatMap(replica -> replica.report().fenced())
                    .filter(reason -> reason.contains("shard chat/0: state differs from 2 of 3 replicas at index "))
                    .isPresent());
            assertEquals(
                    ReplicaRole.FENCED,
                    cluster.node(NODE).replica(SHARD).orElseThrow().report().role());
            cluster.publish(SHARD, section("chat:room", PRODUCER, 2, "two"));
            eventually("the others go on", () -> cluster.holds("us-a", SHARD, 2) && cluster.holds("eu-a", SHARD, 2));
            assertEquals(
                    Optional.empty(),
                    cluster.node("us-a").replica(SHARD).orElseThrow().report().fenced());
        }
    }

    @Test
    void aLogThatLostSyncedBytesAtItsEndIsQuarantined() throws Exception {
        try (TestCluster cluster = filled(cluster())) {
            Path newest = crashed(cluster);
            byte[] bytes = bytes(newest);
            int end = written(bytes);
            java.util.Arrays.fill(bytes, last(bytes, "message " + MESSAGES + " ") - 100, end, (byte) 0);
            Files.write(newest, bytes);

            cluster.start(NODE);

            assertTrue(
                    cluster.node(NODE).quarantined().orElse("takes part").contains("offset"),
                    () -> cluster.node(NODE).quarantined().toString());
        }
    }

    @Test
    void anUnfinishedWriteAtTheLogsEndIsNoDamage() throws Exception {
        try (TestCluster cluster = filled(cluster())) {
            Path newest = crashed(cluster);
            byte[] bytes = bytes(newest);
            int end = written(bytes) + 7 & ~7;
            System.arraycopy(bytes, end - 3_000, bytes, end, 1_500);
            Files.write(newest, bytes);

            cluster.start(NODE);

            assertEquals(Optional.empty(), cluster.node(NODE).quarantined());
            eventually("all there", () -> cluster.holds(NODE, SHARD, MESSAGES));
        }
    }

    private TestCluster cluster() throws IOException {
        return new TestCluster(directory, "us/a", "eu/a", "ap/a");
    }

    private static NamespaceSpec spec() {
        return NamespaceSpec.newBuilder().setName("chat").setShards(1).build();
    }

    /** More than three segments of messages on every node. */
    private static TestCluster filled(TestCluster cluster) {
        cluster.startAll();
        cluster.createNamespace(spec());
        for (int number = 1; number <= MESSAGES; number++) {
            cluster.publish(SHARD, section("chat:room", PRODUCER, number, text(number)));
        }
        cluster.awaitEqualReplicas(SHARD);
        eventually("on every disk", () -> Stream.of("us-a", "eu-a", NODE)
                .allMatch(node -> cluster.holds(node, SHARD, MESSAGES)));
        return cluster;
    }

    private static String text(int number) {
        return ("message " + number + " ").repeat(7_000);
    }

    /** As if the node had made another state of the same entries. */
    private static void changeDigest(Path directory) throws IOException {
        try (RocksStore store = RocksStore.open(directory)) {
            ShardStore rows = store.shardStore(SHARD);
            byte[] progress = {'M'};
            byte[] row = Objects.requireNonNull(rows.get(progress), "progress of the shard")
                    .clone();
            int digest = 0;
            for (int number = 0; number < 2; digest++) {
                number += row[digest] >= 0 ? 1 : 0;
            }
            row[digest] ^= 1;
            rows.write(change -> change.accept(progress, row));
        }
    }

    private static Path group(TestCluster cluster) {
        return cluster.directoryOf(NODE).resolve("groups").resolve(GroupNames.of(SHARD));
    }

    /** A sealed segment of the node in which the text is. */
    private static Path segmentWith(TestCluster cluster, String node, String text) {
        List<Path> segments = files(cluster.directoryOf(node).resolve("log"), ".log");
        return segments.subList(0, segments.size() - 1).stream()
                .filter(segment -> last(bytes(segment), text) >= 0)
                .findFirst()
                .orElseThrow();
    }

    /** Flips bits that long before the text's last place; answers what the file was. */
    private static byte[] flip(Path file, String text, int before) {
        byte[] whole = bytes(file);
        flipAt(file, last(whole, text) - before);
        return whole;
    }

    /** What JRaft says of the node's snapshot: index, term and members. */
    private static Path description(TestCluster cluster) {
        return files(group(cluster).resolve("snapshot"), "__raft_snapshot_meta").get(0);
    }

    private static void flipAt(Path file, long at) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 16)}), at);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Stops the node and leaves what a crash before would have left; answers its newest segment. */
    private static Path crashed(TestCluster cluster) throws IOException {
        Path node = cluster.directoryOf(NODE);
        Path image = node.resolveSibling("image");
        // The floor first: it never may be ahead of the log's copy.
        eventually("floor at the end", () -> settled(node));
        copy(node.resolve("log").resolve("floor"), image.resolve("log").resolve("floor"));
        for (String part : List.of("log", "groups", "identity")) {
            copyTree(node.resolve(part), image.resolve(part));
        }
        cluster.stop(NODE);
        cluster.wipe(NODE);
        Files.move(image, node);
        List<Path> segments = files(node.resolve("log"), ".log");
        return segments.get(segments.size() - 1);
    }

    /** The floor's value holds, after the storage's id, the place that is durable: the newest segment's end. */
    private static boolean settled(Path node) {
        List<Path> segments = files(node.resolve("log"), ".log");
        byte[] newest = bytes(segments.get(segments.size() - 1));
        ByteBuffer floor = ByteBuffer.wrap(bytes(node.resolve("log").resolve("floor")));
        long place = Math.max(floor.getLong(32), floor.getLong(4096 + 32));
        return (place & 0xffff_ffffL) >= written(newest);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (!Files.exists(target)) {
                    copy(file, target);
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
    }

    private static List<Path> files(Path root, String end) {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(file -> file.toString().endsWith(end)).sorted().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int written(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static int last(byte[] bytes, String text) {
        byte[] wanted = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (int at = bytes.length - wanted.length; at >= 0; at--) {
            int same = 0;
            while (same < wanted.length && bytes[at + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return at;
            }
        }
        return -1;
    }
}
