package dev.skein.server;

import dev.skein.core.Limits;
import dev.skein.server.tls.NodeTransport;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Makes connections to other nodes. Making one never blocks: it connects when it is first used. Whoever asks owns and closes it;
 * the threads are shared. Keep-alive finds a connection whose other end has silently gone.
 */
final class ChannelFactory implements Function<String, ManagedChannel> {

    private static final long KEEP_ALIVE_MILLIS = 5_000;
    private static final long KEEP_ALIVE_TIMEOUT_MILLIS = 3_000;

    private final EventLoops loops;
    private final NodeTransport transport;

    ChannelFactory(EventLoops loops, NodeTransport transport) {
        this.loops = loops;
        this.transport = transport;
    }

    /** A connection to {@code host:port}. */
    @Override
    public ManagedChannel apply(String address) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + address)
                .eventLoopGroup(loops.io())
                .channelType(NioSocketChannel.class)
                .executor(loops.services())
                .offloadExecutor(loops.services())
                .maxInboundMessageSize(Limits.GRPC_MESSAGE_BYTES_MAX)
                .keepAliveTime(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .disableRetry();
        transport.protect(builder);
        return builder.build();
    }
}
