package dev.skein.replication.host;

import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.replication.link.RaftLinks;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whether a node could take leadership back: its link has been up for a while, it has heard whom this node hears, and its disk was well. A node that just returned is given time to catch
 * up, so that a hand-over doesn't stop publishing. Owned by the host thread.
 */
final class PeerFitness implements LeaderChoice.Sight {

    private static final long UP_FOR_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final NodeId self;
    private final RaftLinks links;
    private final TimeSource time;
    private final Map<NodeId, Long> upSince = new HashMap<>();

    PeerFitness(NodeId self, RaftLinks links, TimeSource time) {
        this.self = self;
        this.links = links;
        this.time = time;
    }

    /**
     * Looks at every node; called several times a second, so that the time a link is up is known when it is asked for. Every node wants to hear every
     * other, for each may be asked whom it hears.
     */
    void observe(Iterable<NodeId> nodes) {
        for (NodeId node : nodes) {
            links.connect(node);
            isFit(node);
        }
    }

    @Override
    public boolean hears(NodeId node, NodeId other) {
        if (node.equals(self)) {
            return links.hears(other);
        }
        return other.equals(self) ? links.hears(node) : links.saysItHears(node, other);
    }

    @Override
    public boolean canLead(NodeId node) {
        return links.mayLead(node);
    }

    @Override
    public boolean isFit(NodeId node) {
        if (!links.mayLead(node) || links.misses(node)) {
            upSince.remove(node);
            return false;
        }
        long now = time.nanoTime();
        return now - upSince.computeIfAbsent(node, fresh -> now) >= UP_FOR_NANOS;
    }
}
