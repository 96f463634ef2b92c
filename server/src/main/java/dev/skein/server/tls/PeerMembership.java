package dev.skein.server.tls;

import java.util.Optional;
import java.util.Set;

/** Who belongs to the cluster, as far as this node knows. Called by any thread; must not block. */
public interface PeerMembership {

    /** The region of a node; empty when the node is unknown. */
    Optional<String> regionOf(String node);

    /** The nodes whose peer address this is; empty when it is nobody's. */
    Set<String> nodesAt(String address);

    /** Whether the control group has been heard of: before that, a node that is unknown may be a member all the same. */
    boolean isComplete();
}
