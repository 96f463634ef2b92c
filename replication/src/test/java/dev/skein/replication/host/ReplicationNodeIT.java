package dev.skein.replication.host;

import static dev.skein.replication.host.TestCluster.eventually;
import static dev.skein.replication.host.TestCluster.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.ReplicaRole;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ReplicationNodeIT {

    private static final ShardId SHARD = new ShardId("chat", 0);
    private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");

    private static final int CHANNELS = 1000;

    @TempDir
    Path directory;

    @Test
    void replicatesToEveryRegionAndKeepsSerialsThroughTheLossOfTheLeader() throws Exception {
        try (TestCluster cluster = threeRegions().startAll()) {
            cluster.createNamespace(spec(2));
            assertEquals(1, serialOf(cluster, 1, "one"));
            assertEquals(2, serialOf(cluster, 2, "two"));
            cluster.awaitEqualReplicas(SHARD);

            String lost = cluster.leaderNode(SHARD);
            cluster.stop(lost);

            assertEquals(3, serialOf(cluster, 3, "three"));
            Receipt retry = cluster.publish(SHARD, section("chat:room", PRODUCER, 2, "two"))
                    .receipts()
                    .get(0);
            assertEquals(2, retry.getSerial());
            assertTrue(retry.getDuplicate());

            cluster.start(lost);
            eventually("back", () -> cluster.node(lost).replica(SHARD).isPresent());
            cluster.awaitEqualReplicas(SHARD);
            assertEquals(3, cluster.dump(lost, SHARD).size());
        }
    }

    @Test
    void everythingAcknowledgedIsThereAfterTheWholeClusterStopped() throws Exception {
        try (TestCluster cluster = threeRegions().snapshotEvery(20).startAll()) {
            cluster.createNamespace(spec(1));
            for (int i = 1; i <= 50; i++) {
                serialOf(cluster, i, "message " + i);
            }
            for (String node : new String[] {"us-a", "eu-a", "ap-a"}) {
                cluster.stop(node);
            }
            cluster.startAll();

            Receipt retry = cluster.publish(SHARD, section("chat:room", PRODUCER, 50, "message 50"))
                    .receipts()
                    .get(0);
            assertTrue(retry.getDuplicate());
            assertEquals(50, retry.getSerial());
            assertEquals(51, serialOf(cluster, 51, "message 51"));
            cluster.awaitEqualReplicas(SHARD);
            assertArraysOfSerials(cluster, "ap-a", 51);
        }
    }

    @Test
    void aWipedNodeComesBackUnderANewIdentityAndGetsEverything() throws Exception {
        try (TestCluster cluster = threeRegions().snapshotEvery(10).startAll()) {
            cluster.createNamespace(spec(1));
            for (int i = 1; i <= 40; i++) {
                serialOf(cluster, i, "message " + i);
            }
            cluster.stop("ap-a");
            cluster.wipe("ap-a");
            for (int i = 41; i <= 60; i++) {
                serialOf(cluster, i, "message " + i);
            }
            cluster.start("ap-a");

            eventually("new incarnation known", () -> cluster.node("us-a").control().getNodesList().stream()
                    .filter(node -> node.getNode().equals("ap-a"))
                    .map(NodeRecord::getStorageIncarnation)
                    .anyMatch(incarnation -> incarnation > 1));
            eventually("votes again", () -> cluster.node("ap-a")
                    .replica(SHARD)
                    .map(replica -> replica.report().role())
                    .filter(role -> role == ReplicaRole.FOLLOWER)
                    .isPresent());
            cluster.awaitEqualReplicas(SHARD);
            eventually("all 60 messages are there", () -> cluster.holds("ap-a", SHARD, 60));
            assertArraysOfSerials(cluster, "ap-a", 60);
        }
    }

    @Test
    void aWipedNodeWithMuchStateToGetThroughANarrowWireVotesAgain() throws Exception {
        try (TestCluster cluster = threeRegions().snapshotEvery(10).startAll()) {
            cluster.createNamespace(spec(1));
            cluster.awaitEqualReplicas(SHARD);
            eventually("ap-a is registered", () -> registered(cluster, "ap-a", 1));
            cluster.stop("ap-a");
            cluster.wipe("ap-a");
            for (int i = 0; i < 40; i++) {
                cluster.publish(SHARD, toManyChannels(i));
            }
            // The state takes many seconds, and the election timeout is half a second.
            cluster.startBehindNarrowWire("ap-a", 250_000);
            eventually("its new storage is registered", () -> registered(cluster, "ap-a", 2));
            cluster.awaitEqualReplicas(SHARD);
            eventually("votes again", () -> cluster.node("ap-a")
                    .replica(SHARD)
                    .map(replica -> replica.report().role())
                    .filter(role -> role == ReplicaRole.FOLLOWER)
                    .isPresent());
        }
    }

    @Test
    void leadershipReturnsToTheHomeRegion() throws Exception {
        try (TestCluster cluster = threeRegions().startAll()) {
            cluster.createNamespace(spec(1).toBuilder().setHomeRegion("eu").build());
            eventually("led at home", () -> cluster.leaderNode(SHARD).equals("eu-a"));

            cluster.stop("eu-a");
            assertNotEquals("eu-a", cluster.leaderNode(SHARD));
            cluster.start("eu-a");

            eventually("led at home again", () -> cluster.leaderNode(SHARD).equals("eu-a"));
            assertEquals(1, serialOf(cluster, 1, "one"));
        }
    }

    @Test
    void aLeaderWhomOneVoterCannotHearMakesWayForOneWhomAllHear() throws Exception {
        try (TestCluster cluster = threeRegions().cuttable().startAll()) {
            cluster.createNamespace(spec(1));
            eventually("led at home", () -> cluster.leaderNode(SHARD).equals("us-a"));
            serialOf(cluster, 1, "before");
            cluster.awaitEqualReplicas(SHARD);

            cluster.cut("us-a", "eu-a", true);
            eventually("led from where all are heard", () -> cluster.leaderNode(SHARD)
                    .equals("ap-a"));
            serialOf(cluster, 2, "meanwhile");
            cluster.awaitEqualReplicas(SHARD);

            cluster.cut("us-a", "eu-a", false);
            eventually("led at home again", () -> cluster.leaderNode(SHARD).equals("us-a"));
            assertArraysOfSerials(cluster, "eu-a", 2);
        }
    }

    @Test
    void aDrainedNodeGivesItsLeadershipsAway() throws Exception {
        try (TestCluster cluster = threeRegions().startAll()) {
            cluster.createNamespace(spec(3));
            eventually("led at home", () -> cluster.node("us-a").leaderships() == 3);

            cluster.node("us-a").drain(true);

            eventually("drained", () -> cluster.node("us-a").leaderships() == 0);
            assertEquals(1, serialOf(cluster, 1, "one"));
            assertFalse(cluster.leaderNode(SHARD).equals("us-a"));
        }
    }

    @Test
    void aFounderThatLostItsDiskWhileAllWereDownDoesNotVoteUnderItsOldName() throws Exception {
        try (TestCluster cluster = threeRegions().startAll()) {
            cluster.createNamespace(spec(1));
            for (int i = 1; i <= 10; i++) {
                serialOf(cluster, i, "message " + i);
            }
            cluster.awaitEqualReplicas(SHARD);
            for (String node : new String[] {"us-a", "eu-a", "ap-a"}) {
                cluster.stop(node);
            }
            cluster.wipe("eu-a");
            cluster.startAll();

            eventually("a new incarnation of eu-a", () -> cluster.node("us-a").control().getNodesList().stream()
                    .filter(node -> node.getNode().equals("eu-a"))
                    .anyMatch(node -> node.getStorageIncarnation() > 1));
            assertEquals(11, serialOf(cluster, 11, "message 11"));
            eventually("all messages on eu-a", () -> cluster.holds("eu-a", SHARD, 11));
        }
    }

    @Test
    void shardsMoveToAnotherHomeWhilePublishingGoesOn() throws Exception {
        try (TestCluster cluster =
                new TestCluster(directory, "us/a", "us/b", "eu/a", "eu/b", "ap/a", "ap/b").startAll()) {
            cluster.createNamespace(spec(1));
            long sequence = 0;
            for (; sequence < 20; sequence++) {
                serialOf(cluster, sequence + 1, "before " + sequence);
            }

            cluster.alterNamespace(
                    AlterNamespaceRequest.newBuilder().setName("chat").setHomeRegion("ap"));
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!isAtHome(cluster, "ap")) {
                assertTrue(System.nanoTime() < until, "not moved: " + cluster.reports(SHARD));
                assertEquals(sequence + 1, serialOf(cluster, ++sequence, "during"));
            }
            assertEquals(sequence + 1, serialOf(cluster, ++sequence, "after"));

            int messages = (int) sequence;
            for (String node : new String[] {"ap-a", "ap-b", "us-a", "us-b"}) {
                eventually("all on " + node, () -> cluster.holds(node, SHARD, messages));
            }
        }
    }

    private static boolean isAtHome(TestCluster cluster, String region) {
        ReplicaReport leader = cluster.leader(SHARD).report();
        long atHome = leader.voters().stream()
                .filter(node -> node.value().startsWith(region))
                .count();
        return leader.leader().isPresent()
                && leader.leader().get().value().startsWith(region)
                && leader.voters().size() == 5
                && atHome == 2;
    }

    private TestCluster threeRegions() throws Exception {
        return new TestCluster(directory, "us/a", "eu/a", "ap/a");
    }

    private static NamespaceSpec spec(int shards) {
        return NamespaceSpec.newBuilder().setName("chat").setShards(shards).build();
    }

    private static boolean registered(TestCluster cluster, String node, long incarnationMin) {
        return cluster.node("us-a").control().getNodesList().stream()
                .filter(record -> record.getNode().equals(node))
                .anyMatch(
                        record -> !record.getStorageId().isEmpty() && record.getStorageIncarnation() >= incarnationMin);
    }

    /** One message to each of so many channels that nothing was published to before. */
    private static PublishSection toManyChannels(int part) {
        PublishSection.Builder section =
                PublishSection.newBuilder().setProducer(PRODUCER).setFirstSequence(part * CHANNELS + 1L);
        for (int channel = 0; channel < CHANNELS; channel++) {
            section.addChannels(section("chat:room-" + part + "-" + channel, PRODUCER, 0, "text")
                    .getChannels(0));
        }
        return section.build();
    }

    private static long serialOf(TestCluster cluster, long sequence, String text) {
        return cluster.publish(SHARD, section("chat:room", PRODUCER, sequence, text))
                .receipts()
                .get(0)
                .getSerial();
    }

    private static void assertArraysOfSerials(TestCluster cluster, String node, int count) {
        assertEquals(
                LongStream.rangeClosed(1, count).boxed().toList(),
                cluster.dump(node, SHARD).stream().map(row -> row.serial()).toList());
    }
}
