package dev.skein.replication.host;

import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.replication.link.RaftLinks;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whether a node could take leadership back: its link has been up for a while, and its disk well. A node that just returned is given time to catch
 * up, so that a hand-over doesn't stop publishing. Owned by the host thread.
 */
final class PeerFitness {

    private static final long UP_FOR_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final RaftLinks links;
    private final TimeSource time;
    private final Map<NodeId, Long> upSince = new HashMap<>();

    PeerFitness(RaftLinks links, TimeSource time) {
        this.links = links;
        this.time = time;
    }

    /** Looks at every node; called several times a second, so that the time a link is up is known when it is asked for. */
    void observe(Iterable<NodeId> nodes) {
        nodes.forEach(this::isFit);
    }

    boolean isFit(NodeId node) {
        if (!links.mayLead(node)) {
            upSince.remove(node);
            return false;
        }
        long now = time.nanoTime();
        return now - upSince.computeIfAbsent(node, fresh -> now) >= UP_FOR_NANOS;
    }
}
