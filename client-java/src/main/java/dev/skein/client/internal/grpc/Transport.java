package dev.skein.client.internal.grpc;

import dev.skein.client.ClientTls;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes connections for one client, all on one event loop. Thread-safe. */
public final class Transport implements AutoCloseable {

    private static final int MESSAGE_BYTES_MAX = 8 << 20;
    private static final int KEPT_MAX = 32;

    private final Optional<InetSocketAddress> proxy;
    private final Optional<SslContext> tls;
    private final Optional<SuppliedCredentials> credentials;
    private final EventLoopGroup eventLoop;

    /** Connections for requests to particular nodes, the least recently used first. They go idle by themselves. */
    private final Map<String, ManagedChannel> kept = new LinkedHashMap<>(16, 0.75f, true);

    /** @throws IllegalArgumentException when a file of the TLS settings can't be used */
    public Transport(
            Optional<InetSocketAddress> proxy, Optional<ClientTls> tls, Optional<SuppliedCredentials> credentials) {
        this.proxy = proxy;
        this.tls = tls.map(TlsContexts::of);
        this.credentials = credentials;
        this.eventLoop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("skein-client-io", true), NioIoHandler.newFactory());
    }

    /** The thread of all connections. */
    public EventLoop eventLoop() {
        return eventLoop.next();
    }

    /** A connection of its own, which the caller shuts down. It connects when it is first used. */
    ManagedChannel open(String endpoint) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + endpoint)
                .eventLoopGroup(eventLoop)
                .channelType(NioSocketChannel.class)
                .directExecutor()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .idleTimeout(1, TimeUnit.MINUTES)
                .disableRetry();
        tls.ifPresentOrElse(builder::sslContext, builder::usePlaintext);
        credentials.ifPresent(builder::intercept);
        proxy.ifPresent(address -> builder.proxyDetector(target -> HttpConnectProxiedSocketAddress.newBuilder()
                .setTargetAddress((InetSocketAddress) target)
                .setProxyAddress(address)
                .build()));
        return builder.build();
    }

    /** A connection that is kept for more requests to the same node. */
    ManagedChannel keep(String endpoint) {
        synchronized (kept) {
            ManagedChannel channel = kept.computeIfAbsent(endpoint, this::open);
            if (kept.size() > KEPT_MAX) {
                var eldest = kept.entrySet().iterator();
                eldest.next().getValue().shutdown();
                eldest.remove();
            }
            return channel;
        }
    }

    /** The next request to this node gets a fresh connection. */
    void drop(String endpoint) {
        ManagedChannel channel;
        synchronized (kept) {
            channel = kept.remove(endpoint);
        }
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    @Override
    public void close() {
        synchronized (kept) {
            kept.values().forEach(ManagedChannel::shutdownNow);
            kept.clear();
        }
        // The quiet moment lets attempts to connect that are under way find a loop that still takes them.
        eventLoop.shutdownGracefully(200, 1_000, TimeUnit.MILLISECONDS);
    }
}
