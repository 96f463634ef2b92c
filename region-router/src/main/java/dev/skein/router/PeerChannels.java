package dev.skein.router;

import dev.skein.core.Limits;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The channels of a router process, one a peer, on one event loop. Thread-safe. */
final class PeerChannels implements AutoCloseable {

    /** Channels kept. Reached: the one unused for longest is closed. */
    private static final int CHANNELS_MAX = 1_024;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Map<String, ManagedChannel> channels = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ManagedChannel> eldest) {
            boolean full = size() > CHANNELS_MAX;
            if (full) {
                eldest.getValue().shutdown();
            }
            return full;
        }
    };

    synchronized ManagedChannel to(String address) {
        return channels.computeIfAbsent(address, this::open);
    }

    @Override
    public synchronized void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        eventLoop.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS);
    }

    private ManagedChannel open(String address) {
        return NettyChannelBuilder.forTarget("dns:///" + address)
                .usePlaintext()
                // Callbacks only post to the router's thread.
                .directExecutor()
                .eventLoopGroup(eventLoop)
                .channelType(NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
                .maxInboundMessageSize(Limits.GRPC_MESSAGE_BYTES_MAX)
                .build();
    }
}
