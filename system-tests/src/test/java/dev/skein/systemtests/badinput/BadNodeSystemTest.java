package dev.skein.systemtests.badinput;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.SkeinClient;
import dev.skein.client.admin.NamespaceSpec;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.systemtests.launch.ClusterDirectory;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.wan.Place;
import dev.skein.systemtests.wan.PlaceKind;
import dev.skein.systemtests.wan.WanRemote;
import dev.skein.wire.ChannelHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that must not start, beside a cluster that must not notice. */
class BadNodeSystemTest {

    private static final int BAD_CONFIGURATION = 2;
    private static final int PORT_IN_USE = 3;
    private static final int DATA_DIRECTORY_REFUSED = 4;
    private static final String JOINED = "us-z";
    private static final int SHARDS = 2;

    @TempDir
    private static Path data;

    @TempDir
    private Path own;

    private static LocalCluster cluster;
    private static Bystander bystander;

    /** A node that isn't a founding member, so that a second one of its id may have other addresses. */
    private static NodeFile joined;

    private static JavaRun joinedRun;

    @BeforeAll
    static void start() throws IOException {
        cluster = Bystander.cluster("close", data);
        cluster.waitUntilAllLed(Duration.ofSeconds(60));
        bystander = Bystander.at(cluster.endpoints("us").get(0), "bystander");
        joined = fileOf("us-a").joiningAs(JOINED, "us", data.resolve("joined"));
        addresses(joined);
        startJoined();
        createNamespace("later");
    }

    /** Its shards are spread over the nodes of the home region, so that the joined node leads some. */
    private static void createNamespace(String name) throws IOException {
        try (SkeinClient client =
                SkeinClient.builder().endpoints(cluster.endpoints()).build()) {
            client.admin()
                    .createNamespace(
                            NamespaceSpec.named(name).withShards(SHARDS).withHomeRegion("us"))
                    .join();
        }
    }

    private static void startJoined() throws IOException {
        joinedRun = JavaRun.server(joined.writeTo(data.resolve("joined.yaml"))).awaitReady();
        eventually(() ->
                assertEquals("alive", status(JOINED).map(NodeStatus::getState).orElse("unknown")));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : Arrays.asList(bystander, joinedRun, cluster)) {
            if (part != null) {
                part.close();
            }
        }
    }

    @AfterEach
    void theClusterGoesOn() {
        bystander.goesOn();
    }

    @Test
    void anUnknownKeyIsNamedWithThoseThatAreKnown() throws Exception {
        assertRefused(
                fileOf("us-a").withNode("snapshotEntires", "5"),
                BAD_CONFIGURATION,
                "node.snapshotEntires: unknown key (expected: one of id, region, zone, peer, client, transport,");
    }

    @Test
    void badYamlIsNamedWithItsLine() throws Exception {
        Path file = own.resolve("bad.yaml");
        Files.writeString(file, "cluster:\n  name: [local\nnode: {}\n");

        try (JavaRun run = JavaRun.server(file)) {
            assertEquals(BAD_CONFIGURATION, run.exitCode(), run.printed());
            assertTrue(run.lastLine().startsWith(file + ":3:"), run.printed());
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        String taken = clusterPeer("us-a");
        assertRefused(
                joining("us-y").withNode("peer", taken),
                PORT_IN_USE,
                "node.peer: " + taken + " (expected: a free port; another process listens there)");
    }

    @Test
    void theDataDirectoryOfARunningNodeIsRefused() throws Exception {
        Path taken = dataOf("us-a");
        assertRefused(
                joining("us-y").withDataDirectory(taken),
                DATA_DIRECTORY_REFUSED,
                "node.dataDirectory: " + taken + " (expected: a directory that no running node uses)");
    }

    @Test
    void theDataDirectoryOfAnotherNodeIsRefused() throws Exception {
        Path of = withIdentityOf("us-a");
        assertRefused(
                joining("us-y").withDataDirectory(of),
                DATA_DIRECTORY_REFUSED,
                "node.dataDirectory: " + of + " of node us-a (expected: node us-y)");
    }

    @Test
    void theDataDirectoryOfAnotherClusterIsRefused() throws Exception {
        Path of = withIdentityOf("us-a");
        NodeFile file = fileOf("us-a").withOtherAddresses().withCluster("name", "other");
        assertRefused(
                file.withDataDirectory(of),
                DATA_DIRECTORY_REFUSED,
                "node.dataDirectory: " + of + " of cluster local-",
                "(expected: cluster other-");
    }

    @Test
    void aNodeWhoseClusterPartWasEditedSinceIsToldSo() throws Exception {
        Path of = withIdentityOf("us-a");
        NodeFile file = fileOf("us-a").withOtherAddresses();
        assertRefused(
                file.withDataDirectory(of),
                DATA_DIRECTORY_REFUSED,
                "node.dataDirectory: " + of + " of cluster local-",
                "or the cluster part of the configuration was edited since");
    }

    @Test
    void aMismatchedClusterPartIsRefusedByTheRunningCluster() throws Exception {
        assertRefused(
                joining("us-y").withCluster("timing", "global"),
                BAD_CONFIGURATION,
                "the cluster refuses this node: CLUSTER_MISMATCH: cluster part of us-y's configuration: local-",
                "(expected: local-",
                ", as on ");
    }

    @Test
    void aSecondLiveNodeOfOneIdIsRefusedAndTheFirstGoesOn() throws Exception {
        try (Bystander there = Bystander.at(joined.client(), channelLedBy(JOINED, "first"))) {
            assertRefused(
                    twin().withDataDirectory(own.resolve("fresh")),
                    BAD_CONFIGURATION,
                    "the cluster refuses this node: DUPLICATE_NODE: node: us-z (expected: an id that no live node uses;");

            there.goesOn();
            assertFirstIsStillTheOne();
        }
    }

    @Test
    void aSecondLiveNodeWithACopyOfTheDataDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
        joinedRun.stop();
        Path copy = own.resolve("copy");
        copy(data.resolve("joined"), copy);
        startJoined();
        try (Bystander there = Bystander.at(joined.client(), channelLedBy(JOINED, "second"))) {
            try (JavaRun run = JavaRun.server(twin().withDataDirectory(copy).writeTo(own.resolve("refused.yaml")))) {
                assertEquals(BAD_CONFIGURATION, run.exitCode(), run.printed());
                assertTrue(
                        run.lastLine()
                                .startsWith(
                                        "the cluster refuses this node: DUPLICATE_NODE: node: us-z (expected: an id that no live node uses;"),
                        run.printed());
                assertFalse(run.printed().lines().anyMatch(line -> line.startsWith("ready ")), run.printed());
            }

            there.goesOn();
            assertFirstIsStillTheOne();
        }
    }

    private static void assertFirstIsStillTheOne() throws IOException {
        assertTrue(joinedRun.isAlive());
        assertEquals(joined.client(), status(JOINED).orElseThrow().getEndpoint());
    }

    /** Starts it, and expects its last line to begin with the text and to hold the others. */
    private void assertRefused(NodeFile file, int exitCode, String text, String... more) throws Exception {
        try (JavaRun run = JavaRun.server(file.writeTo(own.resolve("refused.yaml")))) {
            assertEquals(exitCode, run.exitCode(), run.printed());
            assertTrue(run.lastLine().startsWith(text), run.printed());
            for (String part : more) {
                assertTrue(run.lastLine().contains(part), run.printed());
            }
        }
    }

    private static NodeFile fileOf(String node) throws IOException {
        return NodeFile.like(new ClusterDirectory(cluster.directory()).config(node));
    }

    private NodeFile joining(String id) throws IOException {
        return fileOf("us-a").joiningAs(id, "us", own.resolve("data"));
    }

    private static String clusterPeer(String node) throws IOException {
        return cluster.state().nodes().stream()
                .filter(record -> record.id().equals(node))
                .findFirst()
                .orElseThrow()
                .peer();
    }

    private static Path dataOf(String node) {
        return cluster.directory().resolve("data").resolve(node);
    }

    /** A directory that says it is this node's. */
    private Path withIdentityOf(String node) throws IOException {
        Path directory = Files.createDirectory(own.resolve("of-" + node));
        Files.copy(dataOf(node).resolve("identity"), directory.resolve("identity"));
        return directory;
    }

    /** The same id as the joined node, other addresses. */
    private NodeFile twin() throws IOException {
        NodeFile twin = joining(JOINED);
        addresses(twin);
        return twin;
    }

    /** Lets the other nodes reach it through the emulator. */
    private static void addresses(NodeFile node) throws IOException {
        try (WanRemote wan = cluster.wan()) {
            String name = "at-" + node.peer();
            wan.add(new Place(name, PlaceKind.NODE, "us", "z", List.of(node.peer(), node.client()), 0));
        }
    }

    /** A channel whose shard the node leads, once it does. */
    private static String channelLedBy(String node, String prefix) {
        AtomicReference<String> found = new AtomicReference<>();
        eventually(() -> found.set(channels(prefix)
                .filter(channel -> leaderOf(channel).equals(node))
                .findFirst()
                .orElseThrow()));
        return found.get();
    }

    private static Stream<String> channels(String prefix) {
        return IntStream.range(0, 50).mapToObj(i -> "later:" + prefix + i);
    }

    private static String leaderOf(String channel) {
        try {
            return cluster.status(true).getNamespacesList().stream()
                    .filter(namespace -> namespace.getName().equals("later"))
                    .findFirst()
                    .orElseThrow()
                    .getShardStatus(ChannelHash.shardOf(channel, SHARDS))
                    .getLeader();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<NodeStatus> status(String node) throws IOException {
        return cluster.status(false).getNodesList().stream()
                .filter(each -> each.getNode().equals(node))
                .findFirst();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
