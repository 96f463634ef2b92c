package dev.skein.router;

import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.gossip.v1.MemberRecord;
import io.grpc.BindableService;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One node's gossip and routing: who is there, how far apart, where clients should go. Thread-safe; nothing here blocks. Moves
 * clients and informs people; it never decides who leads a shard.
 */
public interface RouterNode extends AutoCloseable {

    /** Starts gossiping. */
    void start();

    /** Every known member with this node's opinion of it; a snapshot, sorted by node. */
    List<MemberView> members();

    /** The node that leads a Raft group, as gossiped: of several claims the one with the highest term. */
    Optional<String> leaderOf(String group);

    /** The present answer for a client. */
    RouteTable resolve(ResolveRequest request);

    /**
     * Follows the answer.
     *
     * @param onChange called at once and then with each different answer, on the router's thread; must not block
     * @return closes the following
     * @throws IllegalStateException when too many follow already
     */
    AutoCloseable watch(ResolveRequest request, Consumer<RouteTable> onChange);

    /** Smoothed round trip from this node's region to another, in microseconds; empty when not measured. */
    Optional<Long> rttMicros(String fromRegion, String toRegion);

    /** This node's facts changed in a way that others should know soon (leadership, draining): gossips them at once. */
    void factsChanged();

    /** The cluster this node belongs to, by its own word or by a seed's; empty while unknown. */
    String clusterId();

    /** For the node-to-node port: gossip. */
    BindableService gossipService();

    /** For the client port: Resolve, WatchRoutes, Probe. */
    BindableService routingService();

    /** Tells others that this node leaves, then stops. */
    @Override
    void close();

    /**
     * A member and this node's opinion of it.
     *
     * @param record what the member says of itself
     * @param state this node's opinion
     * @param lastHeardMillis since the record last changed
     */
    record MemberView(MemberRecord record, MemberState state, long lastHeardMillis) {}

    /** Gossip's opinion. */
    enum MemberState {
        ALIVE,
        SUSPECT,
        DEAD,
        LEFT
    }
}
