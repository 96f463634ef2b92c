package dev.skein.server;

import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.server.config.ClusterConfig;
import dev.skein.server.config.NodeEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where other nodes are: as the control group says, and before that as the configuration says. Read by any thread; replaced as a
 * whole by the control thread.
 */
final class PeerDirectory {

    private final Map<String, String> founding = new HashMap<>();
    private volatile Map<String, String> addresses;

    PeerDirectory(ClusterConfig cluster) {
        for (NodeEntry node : cluster.nodes()) {
            founding.put(node.id().value(), node.peer());
        }
        addresses = Map.copyOf(founding);
    }

    /** The node's peer address. */
    Optional<String> addressOf(String node) {
        return Optional.ofNullable(addresses.get(node));
    }

    /** The node's peer address. */
    Optional<String> addressOf(NodeId node) {
        return addressOf(node.value());
    }

    /** Takes over what the control group says. */
    void update(ControlState state) {
        Map<String, String> next = new HashMap<>(founding);
        for (NodeRecord node : state.getNodesList()) {
            next.put(node.getNode(), node.getPeerAddress());
        }
        addresses = Map.copyOf(next);
    }
}
