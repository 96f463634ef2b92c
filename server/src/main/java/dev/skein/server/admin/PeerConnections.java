package dev.skein.server.admin;

import io.grpc.ManagedChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Connections to other nodes for control and admin calls, one a node, made on first use. Keyed by members of the cluster. */
public final class PeerConnections implements AutoCloseable {

    private final Function<String, Optional<String>> addresses;
    private final Function<String, ManagedChannel> factory;
    private final Map<String, Connection> connections = new HashMap<>();
    private boolean closed;

    /**
     * @param addresses from a node's id to its peer address
     * @param factory makes a connection to an address, without blocking
     */
    public PeerConnections(Function<String, Optional<String>> addresses, Function<String, ManagedChannel> factory) {
        this.addresses = addresses;
        this.factory = factory;
    }

    /** The connection to a node; empty when nobody knows where it is. */
    synchronized Optional<ManagedChannel> to(String node) {
        if (closed) {
            return Optional.empty();
        }
        return addresses.apply(node).map(address -> connections
                .compute(node, (key, present) -> isCurrent(present, address) ? present : renew(present, address))
                .channel());
    }

    @Override
    public synchronized void close() {
        closed = true;
        connections.values().forEach(connection -> connection.channel().shutdownNow());
        connections.clear();
    }

    private static boolean isCurrent(@org.jspecify.annotations.Nullable Connection present, String address) {
        return present != null && present.address().equals(address);
    }

    private Connection renew(@org.jspecify.annotations.Nullable Connection old, String address) {
        if (old != null) {
            old.channel().shutdown();
        }
        return new Connection(address, factory.apply(address));
    }

    private record Connection(String address, ManagedChannel channel) {}
}
