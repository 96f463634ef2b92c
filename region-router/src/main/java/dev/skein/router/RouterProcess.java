package dev.skein.router;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.Limits;
import dev.skein.core.TimeSource;
import dev.skein.router.gossip.DuplicateNode;
import dev.skein.router.gossip.SelfFacts;
import dev.skein.router.gossip.SelfIdentity;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A router that runs alone: takes part in gossip as a witness and serves routing on the same port. */
public final class RouterProcess implements AutoCloseable {

    private final RouterNode router;
    private final Server server;
    private final PeerChannels channels;

    private RouterProcess(RouterNode router, Server server, PeerChannels channels) {
        this.router = router;
        this.server = server;
        this.channels = channels;
    }

    /**
     * Starts to serve.
     *
     * @param clusterId empty: taken from the first seed that answers
     * @param duplicates told when another process uses this name
     * @throws IOException when the port can't be bound
     */
    public static RouterProcess start(
            SelfIdentity identity, List<String> seeds, String clusterId, Consumer<DuplicateNode> duplicates)
            throws IOException {
        PeerChannels channels = new PeerChannels();
        RouterSeams seams = new RouterSeams(channels::to, TimeSource.system(), new Random(), new MetricRegistry());
        RouterNode router = RouterNodes.create(
                RouterConfig.of(identity, seeds), () -> SelfFacts.idle(clusterId), duplicates, seams);
        try {
            Server server = serve(identity.peerAddress(), router);
            router.start();
            return new RouterProcess(router, server, channels);
        } catch (IOException notBound) {
            router.close();
            channels.close();
            throw notBound;
        }
    }

    /** The router inside. */
    public RouterNode router() {
        return router;
    }

    /** Says goodbye and stops serving. */
    @Override
    public void close() {
        router.close();
        server.shutdown();
        try {
            if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            server.shutdownNow();
        }
        channels.close();
    }

    private static Server serve(String address, RouterNode router) throws IOException {
        int colon = address.lastIndexOf(':');
        InetSocketAddress listen =
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        return NettyServerBuilder.forAddress(listen)
                // Nothing served here blocks.
                .directExecutor()
                .maxInboundMessageSize(Limits.GRPC_MESSAGE_BYTES_MAX)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(router.gossipService())
                .addService(router.routingService())
                .addService(new HealthStatusManager().getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .build()
                .start();
    }
}
