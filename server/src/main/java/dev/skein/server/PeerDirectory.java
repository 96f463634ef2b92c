package dev.skein.server;

import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.server.config.ClusterConfig;
import dev.skein.server.config.NodeEntry;
import dev.skein.server.tls.PeerMembership;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where other nodes are, by name and by address: as the control group says, and before that as the configuration says. Read by any
 * thread; replaced as a whole by the control thread.
 */
final class PeerDirectory implements PeerMembership {

    private final Map<String, Place> founding = new HashMap<>();
    private volatile Map<String, Place> places;
    private volatile boolean complete;

    private record Place(String region, String peer) {}

    PeerDirectory(ClusterConfig cluster) {
        for (NodeEntry node : cluster.nodes()) {
            founding.put(node.id().value(), new Place(node.region(), node.peer()));
        }
        places = Map.copyOf(founding);
    }

    /** The node's peer address. */
    Optional<String> addressOf(String node) {
        return Optional.ofNullable(places.get(node)).map(Place::peer);
    }

    /** The node's peer address. */
    Optional<String> addressOf(NodeId node) {
        return addressOf(node.value());
    }

    @Override
    public Optional<String> regionOf(String node) {
        return Optional.ofNullable(places.get(node)).map(Place::region);
    }

    @Override
    public Set<String> nodesAt(String address) {
        return places.entrySet().stream()
                .filter(entry -> entry.getValue().peer().equals(address))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    /** Takes over what the control group says. */
    void update(ControlState state) {
        Map<String, Place> next = new HashMap<>(founding);
        for (NodeRecord node : state.getNodesList()) {
            next.put(node.getNode(), new Place(node.getRegion(), node.getPeerAddress()));
        }
        places = Map.copyOf(next);
        complete = state.getVersion() > 0;
    }
}
