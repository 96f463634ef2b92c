package dev.skein.router;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import dev.skein.router.gossip.GossipConfig;
import dev.skein.router.gossip.SelfFacts;
import dev.skein.router.gossip.SelfIdentity;
import dev.skein.router.routes.RoutingRules;
import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;

/** A node with just a router, on a loopback port. */
final class LoopbackNode implements AutoCloseable {

    final RouterNode router;
    final MetricRegistry metrics = new MetricRegistry();
    volatile SelfFacts facts = SelfFacts.idle("cluster-1");
    private final PeerChannels channels = new PeerChannels();
    private final Server server;
    private volatile boolean crashed;

    LoopbackNode(String name, int port, List<String> seeds) throws IOException {
        String region = name.substring(0, name.indexOf('-'));
        String address = "127.0.0.1:" + port;
        RouterConfig config = new RouterConfig(
                new SelfIdentity(name, region, "a", address, address, false),
                seeds,
                GossipConfig.standard(),
                RoutingRules.standard());
        router = RouterNodes.create(
                config,
                () -> facts,
                other -> {},
                new RouterSeams(this::channel, TimeSource.system(), new Random(name.hashCode()), metrics));
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .directExecutor()
                .addService(router.gossipService())
                .addService(router.routingService())
                .build()
                .start();
        router.start();
    }

    /** Falls silent without a goodbye. */
    void crash() {
        crashed = true;
        server.shutdownNow();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        router.close();
        server.shutdownNow();
        channels.close();
    }

    private Channel channel(String address) {
        if (crashed) {
            throw new IllegalStateException("crashed");
        }
        return channels.to(address);
    }
}
