package dev.skein.server.tls;

import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.util.List;

/** Protects a node's ports and its connections to other nodes. Safe for any thread. */
public interface NodeTransport extends AutoCloseable {

    /** The port for other nodes. */
    void protectPeerPort(NettyServerBuilder port);

    /** The port for clients. */
    void protectClientPort(NettyServerBuilder port);

    /** A connection to another node's peer port. */
    void protect(NettyChannelBuilder connection);

    /** The services of the peer port, with whatever must be checked before they hear of a call. */
    List<ServerServiceDefinition> guarded(List<ServerServiceDefinition> services);

    @Override
    void close();
}
