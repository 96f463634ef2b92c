package dev.skein.replication.link;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.NodeId;
import com.alipay.sofa.jraft.entity.PeerId;
import dev.skein.core.TimeSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Makes a follower's election timer run from the last word of its leader. JRaft's own timer runs on from one firing to the next
 * and only looks, when it fires, whether the leader was heard in time: a leader lost just after a firing is missed for almost two
 * timeouts. Restarting the timer when the leader speaks bounds that by one timeout and its spread.
 *
 * <p>Called on the lanes that handle a leader's appends and heartbeats.
 */
final class ElectionTimers {

    /** Restarts cost a lock and a timer task; the timer may be early by this much, far less than the spread. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final TimeSource time;

    /** When each local replica's timer was restarted last. One entry per local replica. */
    private final Map<NodeId, Long> restarted = new ConcurrentHashMap<>();

    ElectionTimers(TimeSource time) {
        this.time = time;
    }

    /** A message of the sender was handled; if it is the leader that the replica follows, the timer starts anew. */
    void heard(NodeImpl node, PeerId sender) {
        long now = time.nanoTime();
        Long last = restarted.get(node.getNodeId());
        if ((last == null || now - last >= PAUSE_NANOS) && sender.equals(node.getLeaderId())) {
            restarted.put(node.getNodeId(), now);
            // The present value again: what matters is that the timer is set anew with it.
            node.resetElectionTimeoutMs(node.getOptions().getElectionTimeoutMs());
        }
    }
}
