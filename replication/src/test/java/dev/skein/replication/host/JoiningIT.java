package dev.skein.replication.host;

import static dev.skein.replication.host.TestCluster.eventually;
import static dev.skein.replication.host.TestCluster.section;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.replication.v1.JoinResponse;
import dev.skein.replication.nodelog.InMemoryNodeLog;
import java.nio.file.Path;
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
