package dev.skein.replication.link;

import dev.skein.core.NodeId;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The links from other nodes; a node's new link replaces its old one. Safe for any thread. */
final class InboundLinks {

    private final Map<NodeId, InboundLink> links = new HashMap<>();
    private final Consumer<NodeId> onLinked;

    /**
     * @param onLinked told of each new link; must not wait
     */
    InboundLinks(Consumer<NodeId> onLinked) {
        this.onLinked = onLinked;
    }

    /** False when there are too many. */
    boolean replace(NodeId node, InboundLink link) {
        InboundLink old;
        synchronized (links) {
            if (links.size() >= LinkLimits.INBOUND_LINKS_MAX && !links.containsKey(node)) {
                return false;
            }
            old = links.put(node, link);
        }
        if (old != null) {
            old.close(Status.ABORTED.withDescription("replaced by a newer link"));
        }
        onLinked.accept(node);
        return true;
    }

    void remove(InboundLink link) {
        synchronized (links) {
            links.values().remove(link);
        }
    }

    int size() {
        synchronized (links) {
            return links.size();
        }
    }

    void close() {
        List<InboundLink> all;
        synchronized (links) {
            all = List.copyOf(links.values());
        }
        all.forEach(link -> link.close(Status.UNAVAILABLE.withDescription("the node stops")));
    }
}
