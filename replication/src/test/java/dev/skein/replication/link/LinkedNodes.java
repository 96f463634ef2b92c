package dev.skein.replication.link;

import static dev.skein.core.testing.Eventually.eventually;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.rpc.RpcRequestClosure;
import com.alipay.sofa.jraft.rpc.RpcRequests.TimeoutNowRequest;
import com.codahale.metrics.MetricRegistry;
import dev.skein.core.Limits;
import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Several nodes with real links in one JVM; every ordered pair has a wire that can be cut. */
final class LinkedNodes implements AutoCloseable {

    /** Stands for the event loop of all connections. */
    private static final Executor LOOP = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "event-loop");
        thread.setDaemon(true);
        return thread;
    });

    final class Member {
        final NodeId id;
        final RaftLinks links;
        final MetricRegistry metrics = new MetricRegistry();
        final AtomicInteger channels = new AtomicInteger();
        final Map<NodeId, WireProxy> wires = new LinkedHashMap<>();
        final Map<String, NodeImpl> replicas = new LinkedHashMap<>();
        final Map<String, RecordingMachine> machines = new LinkedHashMap<>();
        final SwitchedDisk disk = new SwitchedDisk();
        private final Server server;

        Member(NodeId id, String cluster, EntrySource entries) throws IOException {
            this.id = id;
            LinkConfig defaults = LinkConfig.of(cluster, id, 1);
            LinkConfig config = new LinkConfig(
                    cluster,
                    id,
                    1,
                    defaults.heartbeatHold(),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(300),
                    Duration.ofMillis(1_500));
            links = new RaftLinks(
                    config,
                    new LinkEnvironment(
                            this::address,
                            this::channel,
                            () -> LOOP,
                            entries,
                            metrics,
                            TimeSource.system(),
                            new Random(7),
                            disk));
            NettyServerBuilder builder = NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .maxInboundMessageSize(Limits.GRPC_MESSAGE_BYTES_MAX);
            links.services().forEach(builder::addService);
            server = builder.build().start();
            links.start();
        }

        private Optional<String> address(NodeId peer) {
            return Optional.ofNullable(wires.get(peer)).map(WireProxy::address);
        }

        private ManagedChannel channel(String address) {
            channels.incrementAndGet();
            return NettyChannelBuilder.forTarget(address).usePlaintext().build();
        }

        PeerId peer() {
            return links.self();
        }

        NodeImpl replica(String group) {
            return replicas.get(group);
        }

        RecordingMachine machine(String group) {
            return machines.get(group);
        }
    }

    final List<Member> members = new ArrayList<>();
    private @Nullable Path snapshots;

    /** Lets replicas started from now on take and install snapshots. */
    LinkedNodes withSnapshots(Path directory) {
        snapshots = directory;
        return this;
    }

    LinkedNodes add(String node, String cluster, EntrySource entries) throws IOException {
        members.add(new Member(new NodeId(node), cluster, entries));
        return this;
    }

    static LinkedNodes three() throws IOException {
        LinkedNodes nodes = new LinkedNodes();
        for (String node : List.of("us-a", "eu-a", "ap-a")) {
            nodes.add(node, "test", EntrySource.none());
        }
        return nodes.wire();
    }

    /** Lays the wires between all members. */
    LinkedNodes wire() throws IOException {
        for (Member from : members) {
            for (Member to : members) {
                if (from != to && !from.wires.containsKey(to.id)) {
                    from.wires.put(
                            to.id,
                            new WireProxy(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), to.server.getPort())));
                }
            }
        }
        return this;
    }

    Member member(int i) {
        return members.get(i);
    }

    LinkedNodes connected() {
        for (Member from : members) {
            for (NodeId to : from.wires.keySet()) {
                from.links.connect(to);
            }
        }
        eventually("all links up", () -> members.stream()
                .allMatch(m -> m.wires.keySet().stream().allMatch(m.links::isUp)));
        return this;
    }

    /** Starts a replica of a group on every member, heartbeats every tenth of the election timeout. */
    LinkedNodes group(String group, int electionTimeoutMs, int heartbeatFactor, PeerId... absent) {
        Configuration conf = new Configuration();
        members.forEach(m -> conf.addPeer(m.peer()));
        List.of(absent).forEach(conf::addPeer);
        for (Member member : members) {
            RecordingMachine machine = new RecordingMachine();
            LinkedNodeOptions options = new LinkedNodeOptions(member.links);
            options.setFsm(machine);
            options.setInitialConf(conf.copy());
            options.setServiceFactory(new MemoryServices());
            options.setLogUri("memory");
            options.setRaftMetaUri("memory");
            if (snapshots != null) {
                options.setSnapshotUri(
                        snapshots.resolve(group + "-" + member.id).toString());
                options.setSnapshotIntervalSecs(0);
            }
            options.setElectionTimeoutMs(electionTimeoutMs);
            options.setRaftOptions(raftOptions(heartbeatFactor));
            options.setRpcProcessorThreadPoolSize(3);
            options.setRpcDefaultTimeout(2_000);
            NodeImpl node = new NodeImpl(group, member.peer());
            RaftTimers.elections(node, new ElectionTiming(electionTimeoutMs, 200, 0, Set.of()), member.disk);
            member.replicas.put(group, node);
            member.machines.put(group, machine);
            if (!node.init(options)) {
                throw new AssertionError("replica of " + group + " on " + member.id + " did not start");
            }
        }
        return this;
    }

    private static RaftOptions raftOptions(int heartbeatFactor) {
        RaftOptions options = new RaftOptions();
        options.setDisruptorBufferSize(256);
        options.setMaxReplicatorInflightMsgs(32);
        options.setElectionHeartbeatFactor(heartbeatFactor);
        options.setMaxElectionDelayMs(ElectionTiming.DRAWN_SPREAD_MILLIS);
        options.setSync(false);
        return options;
    }

    /** Makes a member start an election at once. */
    void elect(Member member, String group) {
        member.replica(group)
                .handleTimeoutNowRequest(
                        TimeoutNowRequest.newBuilder()
                                .setGroupId(group)
                                .setServerId(member.peer().toString())
                                .setPeerId(member.peer().toString())
                                .setTerm(0)
                                .build(),
                        new RpcRequestClosure(new FrameReply("test", m -> {})));
    }

    Member leader(String group) {
        eventually("a leader of " + group, () -> leaderNow(group).isPresent());
        return leaderNow(group).orElseThrow();
    }

    Optional<Member> leaderNow(String group) {
        return members.stream()
                .filter(m -> m.replica(group) != null && m.replica(group).isLeader(false))
                .findFirst();
    }

    static void propose(Node leader, String text) {
        leader.apply(new Task(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), null));
    }

    @Override
    public void close() throws Exception {
        for (Member member : members) {
            member.replicas.values().forEach(NodeImpl::shutdown);
        }
        for (Member member : members) {
            for (NodeImpl node : member.replicas.values()) {
                node.join();
            }
        }
        for (Member member : members) {
            member.links.close();
            member.server.shutdownNow();
            member.wires.values().forEach(WireProxy::close);
        }
    }
}
