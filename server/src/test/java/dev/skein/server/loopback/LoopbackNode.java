package dev.skein.server.loopback;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.server.fanout.FanoutLimits;
import dev.skein.server.locate.Neighbours;
import dev.skein.server.session.MessagingServices;
import dev.skein.server.session.NodeIdentity;
import dev.skein.server.session.SessionLimits;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.Random;

/** A node: messaging over loop-back replicas, on two real ports. */
public final class LoopbackNode implements AutoCloseable {

    /** Identity of every loop-back cluster. */
    public static final String CLUSTER_ID = "loopback";

    private static final EventLoopGroup THREADS = new MultiThreadIoEventLoopGroup(
            2, new DefaultThreadFactory("loopback-loop", true), NioIoHandler.newFactory());

    private final NodeId id;
    private final LoopbackReplication replication;
    private final MessagingServices messaging;
    private final Server client;
    private final Server peer;
    private final ManagedChannel channel;

    LoopbackNode(NodeId id, Collection<LoopbackShard> shards, SessionLimits sessions, FanoutLimits fanout) {
        this.id = id;
        replication = new LoopbackReplication(id, shards);
        messaging = new MessagingServices(
                new MessagingServices.Parts(
                        new NodeIdentity(id, "us", "a", CLUSTER_ID, "loop", ""),
                        replication,
                        new Silent(),
                        address -> NettyChannelBuilder.forTarget(address)
                                .usePlaintext()
                                .build(),
                        TimeSource.system(),
                        new Random(7),
                        new MetricRegistry(),
                        sessions,
                        fanout),
                THREADS);
        client = serve(messaging.clientService());
        peer = serve(messaging.nodeService());
        channel = NettyChannelBuilder.forAddress("127.0.0.1", client.getPort())
                .usePlaintext()
                .build();
    }

    public NodeId id() {
        return id;
    }

    public MessagingServices messaging() {
        return messaging;
    }

    /** A client's connection to the node. */
    public ManagedChannel channel() {
        return channel;
    }

    LoopbackReplication replication() {
        return replication;
    }

    /** Where other nodes call it. */
    public String peerAddress() {
        return "127.0.0.1:" + peer.getPort();
    }

    /** The node stops answering other nodes: connections break. */
    public void breakPeerPort() {
        peer.shutdownNow();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        messaging.close();
        client.shutdownNow();
        peer.shutdownNow();
    }

    private static Server serve(BindableService service) {
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                    .addService(service)
                    .build()
                    .start();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** Gossip that knows nothing. */
    private static final class Silent implements Neighbours {

        @Override
        public Optional<NodeId> leaderOf(ShardId shard) {
            return Optional.empty();
        }

        @Override
        public boolean reachable(NodeId node) {
            return true;
        }

        @Override
        public long rttMicros(String region) {
            return 0;
        }
    }
}
