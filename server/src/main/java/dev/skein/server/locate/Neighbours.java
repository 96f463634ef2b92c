package dev.skein.server.locate;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import java.util.Optional;

/** What gossip says of other nodes. Thread-safe, answers at once, may be out of date. */
public interface Neighbours {

    /** The node that leads a shard by the newest claim heard. */
    Optional<NodeId> leaderOf(ShardId shard);

    /** Whether a node is worth a try: not suspect, dead or gone. A node never heard of is. */
    boolean reachable(NodeId node);

    /** Round trip to a region in microseconds; {@code Long.MAX_VALUE} when not measured. */
    long rttMicros(String region);
}
