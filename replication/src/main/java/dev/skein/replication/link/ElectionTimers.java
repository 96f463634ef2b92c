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

    /**
     * Restarts cost a lock and a timer task, so they are this far apart at least, and the timer runs this much longer: firing before
     * the leader counts as lost would do nothing but wait for the next firing, a whole timeout later.
     */
    private static final int PAUSE_MILLIS = 20;

    private final TimeSource time;

    /** When each local replica's timer was restarted last, and its configured timeout. One entry per local replica. */
    private final Map<NodeId, Long> restarted = new ConcurrentHashMap<>();

    private final Map<NodeId, Integer> timeouts = new ConcurrentHashMap<>();

    ElectionTimers(TimeSource time) {
        this.time = time;
    }

    /** A message of the sender was handled; if it is the leader that the replica follows, the timer starts anew. */
    void heard(NodeImpl node, PeerId sender) {
        long now = time.nanoTime();
        Long last = restarted.get(node.getNodeId());
        boolean due = last == null || now - last >= TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
        if (due && sender.equals(node.getLeaderId())) {
            restarted.put(node.getNodeId(), now);
            restart(node);
        }
    }

    // Resetting starts the timer anew with the longer time; whether the leader counts as lost is decided by the option.
    // Two lanes may do this at once, so the timeout is the one that was read first.
    private void restart(NodeImpl node) {
        int timeoutMillis = timeouts.computeIfAbsent(
                node.getNodeId(), first -> node.getOptions().getElectionTimeoutMs());
        node.resetElectionTimeoutMs(timeoutMillis + PAUSE_MILLIS);
        node.getOptions().setElectionTimeoutMs(timeoutMillis);
    }
}
