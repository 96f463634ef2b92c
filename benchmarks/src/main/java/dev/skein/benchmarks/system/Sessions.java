package dev.skein.benchmarks.system;

import dev.skein.benchmarks.system.SessionStream.Frames;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sessions that share a few connections, one thread for all that they hear, and one that gives signs of life. Thread-safe.
 */
final class Sessions implements AutoCloseable {

    private static final int FRAME_BYTES_MAX = 4 << 20;

    /** A server of the timing {@code lan} wants a sign of life every 500 ms. */
    private static final int PING_MILLIS = 500;

    /** Signs of life are spread over the time between them, as those of separate clients would be. */
    private static final int PING_TURNS = 10;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("bench-sessions", true), NioIoHandler.newFactory());
    private final ScheduledExecutorService pings = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "bench-pings");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ManagedChannel> connections = new ArrayList<>();
    private final List<SessionStream> streams = new ArrayList<>();
    private final AtomicInteger nextConnection = new AtomicInteger();

    /** Of the pinging thread. */
    private int pingTurn;

    /** Why the first stream ended that did; an end by ourselves doesn't matter any more. */
    private volatile Status firstEnd = Status.OK;

    /**
     * @param endpoints that the connections are spread over
     */
    Sessions(List<String> endpoints, int connectionCount) {
        for (int i = 0; i < connectionCount; i++) {
            connections.add(connect(endpoints.get(i % endpoints.size())));
        }
        pings.scheduleAtFixedRate(this::pingSome, PING_MILLIS, PING_MILLIS / PING_TURNS, TimeUnit.MILLISECONDS);
    }

    private ManagedChannel connect(String endpoint) {
        return NettyChannelBuilder.forTarget("dns:///" + endpoint)
                .eventLoopGroup(loop)
                .channelType(NioSocketChannel.class)
                .proxyDetector(address -> null)
                .directExecutor()
                .usePlaintext()
                .maxInboundMessageSize(FRAME_BYTES_MAX)
                .disableRetry()
                .build();
    }

    /** Opens a session on the next connection. */
    SessionStream open(Frames frames) {
        int connection = nextConnection.getAndIncrement() % connections.size();
        SessionStream stream = new SessionStream(connections.get(connection), frames, this::ended);
        synchronized (streams) {
            streams.add(stream);
        }
        return stream;
    }

    /** OK while no session has ended. */
    Status firstEnd() {
        return firstEnd;
    }

    private void ended(Status status) {
        if (firstEnd.isOk()) {
            firstEnd = status;
        }
    }

    private void pingSome() {
        pingTurn = (pingTurn + 1) % PING_TURNS;
        synchronized (streams) {
            for (int i = pingTurn; i < streams.size(); i += PING_TURNS) {
                streams.get(i).ping();
            }
        }
    }

    @Override
    public void close() {
        pings.shutdownNow();
        connections.forEach(ManagedChannel::shutdownNow);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
