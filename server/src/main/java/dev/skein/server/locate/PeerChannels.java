package dev.skein.server.locate;

import dev.skein.core.NodeId;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One channel to each other node, made on first use from the address in the node's record. Owned here, closed with it. */
public final class PeerChannels implements AutoCloseable {

    private final ShardMap shards;
    private final Function<String, ManagedChannel> factory;
    // Keyed by members of the cluster.
    private final Map<NodeId, Peer> peers = new ConcurrentHashMap<>();

    /** @param factory makes a channel for {@code host:port} without connecting yet */
    public PeerChannels(ShardMap shards, Function<String, ManagedChannel> factory) {
        this.shards = shards;
        this.factory = factory;
    }

    /** The channel to a node; empty when the node isn't a member. Made anew when the node's address has changed. */
    public Optional<ManagedChannel> to(NodeId node) {
        return shards.node(node).map(member -> {
            String address = member.getPeerAddress();
            return peers.compute(
                            node,
                            (key, peer) -> peer != null && peer.address.equals(address) ? peer : open(peer, address))
                    .channel;
        });
    }

    @Override
    public void close() {
        peers.values().forEach(peer -> peer.channel.shutdownNow());
    }

    private Peer open(@Nullable Peer old, String address) {
        if (old != null) {
            old.channel.shutdown();
        }
        return new Peer(address, factory.apply(address));
    }

    private record Peer(String address, ManagedChannel channel) {}
}
