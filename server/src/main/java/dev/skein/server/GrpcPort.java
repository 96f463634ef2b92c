package dev.skein.server;

import dev.skein.core.Limits;
import dev.skein.proto.client.v1.MessagingGrpc;
import dev.skein.proto.gossip.v1.GossipGrpc;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.replication.v1.RaftLinkGrpc;
import dev.skein.server.config.Address;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One listening port with its services. */
final class GrpcPort implements AutoCloseable {

    /** Calls at once on one connection: a client has a handful, a node at most one stream per kind and peer. */
    private static final int CALLS_PER_CONNECTION_MAX = 1_024;

    private static final int HEADERS_BYTES_MAX = 16 << 10;

    /** Held, because a logger that nobody holds forgets its level. */
    private static final Logger STREAM_LOG = Logger.getLogger("io.grpc.netty.NettyServerStream");

    static {
        // A frame over the limit ends its stream and is its sender's mistake; each would leave a stack trace in the
        // log.
        STREAM_LOG.setLevel(Level.OFF);
    }

    private final String address;
    private final Server server;

    private GrpcPort(String address, Server server) {
        this.address = address;
        this.server = server;
    }

    /**
     * Opens the port.
     *
     * @param option name of the option that set the address, for the message
     * @param protection how its connections are protected
     * @throws StartException when the port is taken
     */
    static GrpcPort open(
            String option,
            String address,
            List<ServerServiceDefinition> services,
            EventLoops loops,
            Consumer<NettyServerBuilder> protection) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(Address.socket(address))
                .bossEventLoopGroup(loops.acceptor())
                .workerEventLoopGroup(loops.io())
                .channelType(NioServerSocketChannel.class)
                .executor(loops.services())
                .callExecutor(new StreamExecutor())
                .maxInboundMessageSize(Limits.GRPC_MESSAGE_BYTES_MAX)
                .maxInboundMetadataSize(HEADERS_BYTES_MAX)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS);
        protection.accept(builder);
        services.forEach(builder::addService);
        Server server = builder.build();
        try {
            server.start();
        } catch (IOException refused) {
            throw PortInUse.orOther(option, address, refused);
        }
        return new GrpcPort(Address.withPort(address, server.getPort()), server);
    }

    /** The handlers of long streams only queue what comes, so that the event loop runs them itself. */
    private static final class StreamExecutor implements ServerCallExecutorSupplier {

        private static final Set<String> SERVICES = Set.of(RaftLinkGrpc.SERVICE_NAME, GossipGrpc.SERVICE_NAME);
        private static final Set<String> METHODS = Set.of(
                MessagingGrpc.getSessionMethod().getFullMethodName(),
                NodeServiceGrpc.getForwardMethod().getFullMethodName(),
                NodeServiceGrpc.getFollowMethod().getFullMethodName());

        /** Null: the port's own executor. */
        @Override
        public <Q, A> @Nullable Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
            MethodDescriptor<Q, A> method = call.getMethodDescriptor();
            boolean queues = SERVICES.contains(method.getServiceName()) || METHODS.contains(method.getFullMethodName());
            return queues ? Runnable::run : null;
        }
    }

    /** Where it listens, with the real port if 0 was asked for. */
    String address() {
        return address;
    }

    /** Takes no new calls, gives running ones a moment, then ends them. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(500, TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(500, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stopNow) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
