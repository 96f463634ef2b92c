package dev.skein.replication.host;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.Limits;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.JoinRequest;
import dev.skein.proto.replication.v1.JoinResponse;
import dev.skein.proto.replication.v1.MembershipGrpc;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.replication.DiskRules;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.ReplicationConfig;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ScrubConfig;
import dev.skein.replication.ShardReplica;
import dev.skein.replication.link.WireProxy;
import dev.skein.replication.raft.GroupNames;
import dev.skein.replication.raft.RaftTiming;
import dev.skein.wire.SectionView;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;

/** Several replication nodes in this process: real Raft, RocksDB, node logs and gRPC over loopback. */
final class TestCluster implements AutoCloseable {

    private static final long DEADLINE_SECONDS = 60;

    /** Stands for the event loop of all connections. */
    private static final Executor LOOP = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "event-loop");
        thread.setDaemon(true);
        return thread;
    });

    private final Path directory;
    private final List<NodeRecord> founders = new ArrayList<>();
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Queue<String> fatal = new ConcurrentLinkedQueue<>();
    private final Queue<WireProxy> wires = new ConcurrentLinkedQueue<>();
    private final Map<String, WireProxy> ways = new ConcurrentHashMap<>();
    private boolean cuttable;
    private long snapshotEntries = 1_000_000;
    private ScrubConfig scrub = ScrubConfig.standard();
    private DiskRules disk = DiskRules.STANDARD;

    /** A cluster of one node in each place, written region/zone. */
    TestCluster(Path directory, String... places) throws IOException {
        this.directory = directory;
        for (String place : places) {
            String[] parts = place.split("/");
            founders.add(NodeRecord.newBuilder()
                    .setNode(parts[0] + "-" + parts[1])
                    .setRegion(parts[0])
                    .setZone(parts[1])
                    .setPeerAddress("127.0.0.1:" + freePort())
                    .build());
        }
    }

    /** Each node reaches each other by a wire of its own. */
    TestCluster cuttable() {
        cuttable = true;
        return this;
    }

    /** Nothing passes between two nodes any more, or everything again. */
    void cut(String one, String other, boolean on) {
        for (WireProxy way : List.of(way(one, other), way(other, one))) {
            if (on) {
                way.silence();
            } else {
                way.heal();
            }
        }
    }

    private WireProxy way(String from, String to) {
        return ways.computeIfAbsent(from + " to " + to, key -> {
            try {
                WireProxy wire = new WireProxy(socketAddress(record(to).getPeerAddress()));
                wires.add(wire);
                return wire;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    private ManagedChannel channelByWay(String from, String address) {
        String to = founders.stream()
                .filter(node -> node.getPeerAddress().equals(address))
                .findFirst()
                .orElseThrow()
                .getNode();
        return channel(way(from, to).address());
    }

    TestCluster snapshotEvery(long entries) {
        snapshotEntries = entries;
        return this;
    }

    /** Looks for rot all the time. */
    TestCluster scrubbing() {
        scrub = new ScrubConfig(1L << 30, Duration.ofMillis(200));
        return this;
    }

    TestCluster diskRules(DiskRules rules) {
        disk = rules;
        return this;
    }

    /** What nodes said when their storage failed. */
    Queue<String> fatal() {
        return fatal;
    }

    /** Makes a node's disk sick by a word; an empty one makes it well. For clusters that began with faults allowed. */
    void disk(String node, String word) throws IOException {
        Path file = directoryOf(node).resolve("disk-fault");
        if (word.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            Path unfinished = Files.writeString(file.resolveSibling("disk-fault.new"), word);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    TestCluster startAll() {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        founders.forEach(node ->
                starts.add(CompletableFuture.runAsync(() -> start(node.getNode()), task -> new Thread(task).start())));
        starts.forEach(CompletableFuture::join);
        return this;
    }

    void start(String node) {
        offer(node);
        node(node).start();
    }

    /** Offers every node's services, and starts none: each answers others that join. */
    TestCluster offerAll() {
        founders.forEach(node -> offer(node.getNode()));
        return this;
    }

    private void offer(String node) {
        put(node, offered(record(node), directoryOf(node)));
    }

    private void put(String node, Member member) {
        synchronized (members) {
            members.put(node, member);
        }
    }

    /** Starts a node at another address than before. */
    void startElsewhere(String node) throws IOException {
        put(node, twin(node, directoryOf(node)));
        node(node).start();
    }

    /** A process of a node's name at an address of its own, offered but not started; the caller closes it. */
    Member twin(String node, Path storage) throws IOException {
        NodeRecord self = record(node).toBuilder()
                .setPeerAddress("127.0.0.1:" + freePort())
                .build();
        return offered(self, storage);
    }

    /** Starts a node to and from which each connection carries only so many bytes a second. */
    void startBehindNarrowWire(String node, long bytesPerSecond) throws IOException {
        int port = freePort();
        NodeRecord self = record(node).toBuilder()
                .setPeerAddress(wire("127.0.0.1:" + port, bytesPerSecond))
                .build();
        ReplicationNode replication =
                new ReplicationNode(config(self, directoryOf(node), address -> channel(wire(address, bytesPerSecond))));
        put(node, new Member(replication, serve("127.0.0.1:" + port, replication)));
        replication.start();
    }

    private String wire(String address, long bytesPerSecond) {
        try {
            WireProxy wire = new WireProxy(socketAddress(address), bytesPerSecond);
            wires.add(wire);
            return wire.address();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Member offered(NodeRecord self, Path storage) {
        ReplicationNode replication = new ReplicationNode(config(
                self, storage, cuttable ? address -> channelByWay(self.getNode(), address) : TestCluster::channel));
        return new Member(replication, serve(self.getPeerAddress(), replication));
    }

    private NodeRecord record(String node) {
        return founders.stream()
                .filter(founder -> founder.getNode().equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** Starts nodes that are offered, together. */
    void begin(String... nodes) {
        CompletableFuture<?>[] starts = Stream.of(nodes)
                .map(node -> CompletableFuture.runAsync(node(node)::start, task -> new Thread(task).start()))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(starts)
                .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** What a node answers to one that has new storage and wants to join. */
    JoinResponse join(String node, String asking) {
        ManagedChannel channel = channel(record(node).getPeerAddress());
        try {
            return MembershipGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .join(JoinRequest.newBuilder()
                            .setClusterId("test")
                            .setConfigHash("hash")
                            .setNode(asking)
                            .setFresh(true)
                            .build());
        } finally {
            channel.shutdownNow();
        }
    }

    private ReplicationConfig config(NodeRecord self, Path storage, Function<String, ManagedChannel> channels) {
        return new ReplicationConfig(
                "test",
                "hash",
                self,
                founders,
                founders.stream().map(NodeRecord::getRegion).distinct().toList(),
                storage,
                new RaftTiming(500, 200, 5),
                new RaftTiming(500, 200, 5),
                1 << 20,
                snapshotEntries,
                1L << 40,
                disk,
                scrub,
                channels,
                () -> LOOP,
                new MetricRegistry(),
                TimeSource.system(),
                new Random(),
                fatal::add);
    }

    private static ManagedChannel channel(String address) {
        return NettyChannelBuilder.forTarget(address)
                .usePlaintext()
                .maxInboundMessageSize(Limits.GRPC_MESSAGE_BYTES_MAX)
                .build();
    }

    private static Server serve(String listen, ReplicationNode replication) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(socketAddress(listen))
                .maxInboundMessageSize(Limits.GRPC_MESSAGE_BYTES_MAX);
        replication.services().forEach(builder::addService);
        try {
            return builder.build().start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static InetSocketAddress socketAddress(String text) {
        String[] parts = text.split(":");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    Path directoryOf(String node) {
        return directory.resolve(node);
    }

    Path controlDirectoryOf(String node) {
        return directoryOf(node).resolve("groups").resolve(GroupNames.CONTROL);
    }

    ReplicationNode node(String node) {
        synchronized (members) {
            return members.get(node).replication();
        }
    }

    /** Stops a node as a process end would, but with its storage closed. */
    void stop(String node) {
        members.remove(node).close();
    }

    /** Deletes a stopped node's storage. */
    void wipe(String node) throws IOException {
        try (Stream<Path> files = Files.walk(directoryOf(node))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    void createNamespace(NamespaceSpec spec) {
        propose(ControlCommand.newBuilder().setCreateNamespace(spec));
    }

    void alterNamespace(AlterNamespaceRequest.Builder change) {
        propose(ControlCommand.newBuilder().setAlterNamespace(change));
    }

    private void propose(ControlCommand.Builder wanted) {
        ControlCommand command = wanted.setCommandId(new Random().nextLong())
                .setTimeMs(System.currentTimeMillis())
                .build();
        eventually("control command taken: " + command, () -> {
            for (Member member : members.values()) {
                try {
                    member.replication().proposeControl(command).get(5, TimeUnit.SECONDS);
                    return true;
                } catch (Exception notTheLeader) {
                    // The next node may lead.
                }
            }
            return false;
        });
    }

    /** The replica that leads the shard. */
    ShardReplica leader(ShardId shard) {
        eventually(shard + " led", () -> members.values().stream().anyMatch(member -> member.replication()
                .replica(shard)
                .map(ShardReplica::isLeader)
                .orElse(false)));
        return members.values().stream()
                .flatMap(member -> member.replication().replica(shard).stream())
                .filter(ShardReplica::isLeader)
                .findFirst()
                .orElseGet(() -> leader(shard));
    }

    String leaderNode(ShardId shard) {
        leader(shard);
        return members.entrySet().stream()
                .filter(entry -> entry.getValue()
                        .replication()
                        .replica(shard)
                        .map(ShardReplica::isLeader)
                        .orElse(false))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> leaderNode(shard));
    }

    /** Publishes at whoever leads, again and again until it is accepted: what a gateway does. */
    PublishOutcome.Accepted publish(ShardId shard, PublishSection section) {
        List<PublishOutcome.Accepted> accepted = new ArrayList<>();
        List<PublishOutcome> last = new ArrayList<>();
        eventually("published", () -> {
            PublishOutcome outcome = publishOnce(shard, section);
            last.add(outcome);
            if (outcome instanceof PublishOutcome.Accepted done) {
                accepted.add(done);
                return true;
            }
            return false;
        });
        return accepted.get(0);
    }

    PublishOutcome publishOnce(ShardId shard, PublishSection section) {
        CompletableFuture<PublishOutcome> outcome = new CompletableFuture<>();
        leader(shard).publish(view(section), outcome::complete);
        return outcome.orTimeout(20, TimeUnit.SECONDS).join();
    }

    static PublishSection section(String channel, ByteString producer, long sequence, String... texts) {
        SectionChannel.Builder part = SectionChannel.newBuilder().setChannel(channel);
        for (String text : texts) {
            part.addMessages(MessageBody.newBuilder()
                    .setPayload(ByteString.copyFromUtf8(text))
                    .build()
                    .toByteString());
        }
        return PublishSection.newBuilder()
                .setProducer(producer)
                .setFirstSequence(sequence)
                .addChannels(part)
                .build();
    }

    private static SectionView view(PublishSection section) {
        try {
            return SectionView.of(section.toByteString());
        } catch (InvalidProtocolBufferException impossible) {
            throw new AssertionError(impossible);
        }
    }

    List<DumpedMessage> dump(String node, ShardId shard) {
        List<DumpedMessage> rows = new ArrayList<>();
        node(node).replica(shard).orElseThrow().dump(rows::add);
        return rows.stream().filter(row -> row.serial() > 0).toList();
    }

    /** Whether the node's replica has so many messages, all of them readable. */
    boolean holds(String node, ShardId shard, int messages) {
        if (node(node).replica(shard).isEmpty()) {
            return false;
        }
        try {
            return dump(node, shard).size() == messages;
        } catch (ReplicationException stillFetching) {
            return false;
        }
    }

    /** Waits until every replica of the shard has applied as much as the leader, then compares digests. */
    void awaitEqualReplicas(ShardId shard) {
        eventually(shard + " equal everywhere: " + reports(shard), () -> {
            List<ShardReplica> replicas = members.values().stream()
                    .flatMap(member -> member.replication().replica(shard).stream())
                    .toList();
            long digests = replicas.stream()
                    .map(replica -> replica.report().digest())
                    .distinct()
                    .count();
            long indexes = replicas.stream()
                    .map(replica -> replica.report().appliedIndex())
                    .distinct()
                    .count();
            return digests == 1 && indexes == 1;
        });
    }

    String reports(ShardId shard) {
        StringBuilder text = new StringBuilder();
        members.forEach((name, member) -> member.replication()
                .replica(shard)
                .ifPresent(
                        replica -> text.append('\n').append(name).append(": ").append(replica.report())));
        return text.toString();
    }

    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + DEADLINE_SECONDS + " s: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Override
    public void close() {
        List.copyOf(members.keySet()).forEach(this::stop);
        wires.forEach(WireProxy::close);
    }

    /** One node. */
    record Member(ReplicationNode replication, Server server) implements AutoCloseable {

        @Override
        public void close() {
            server.shutdownNow();
            replication.close();
        }
    }
}
