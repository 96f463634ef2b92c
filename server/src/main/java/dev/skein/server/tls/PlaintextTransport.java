package dev.skein.server.tls;

import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.util.List;

/** No protection at all; the configuration allows it on loopback addresses only. */
public final class PlaintextTransport implements NodeTransport {

    @Override
    public void protectPeerPort(NettyServerBuilder port) {}

    @Override
    public void protectClientPort(NettyServerBuilder port) {}

    @Override
    public void protect(NettyChannelBuilder connection) {
        connection.usePlaintext();
    }

    @Override
    public List<ServerServiceDefinition> guarded(List<ServerServiceDefinition> services) {
        return services;
    }

    @Override
    public void close() {}
}
