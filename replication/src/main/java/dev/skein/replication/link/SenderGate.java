package dev.skein.replication.link;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import dev.skein.core.TimeSource;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Keeps replicas that were removed from a group from disturbing it: JRaft itself takes votes and appends from anybody.
 *
 * <p>A member of the group as this replica knows it is always let through. Somebody else may still be right: a replica that lags
 * behind membership changes doesn't know the newest members, and one with an empty configuration knows nobody. So a stranger is
 * refused only while this replica leads or hears from a leader, which is when nobody needs its vote.
 */
final class SenderGate {

    private final TimeSource time;

    /** The leader each local replica heard from last; goes with the replica. */
    private final Map<Node, Heard> heard = Collections.synchronizedMap(new WeakHashMap<>());

    private record Heard(PeerId leader, long nanos) {}

    SenderGate(TimeSource time) {
        this.time = time;
    }

    /** A replica has accepted an append or heartbeat. */
    void accepted(Node node, PeerId leader) {
        heard.put(node, new Heard(leader, time.nanoTime()));
    }

    boolean admitsLeader(Node node, PeerId leader) {
        Heard last = heard.get(node);
        return (last != null && last.leader.equals(leader)) || admits(node, leader);
    }

    boolean admitsCandidate(Node node, PeerId candidate) {
        return admits(node, candidate);
    }

    private boolean admits(Node node, PeerId sender) {
        Configuration members = ((NodeImpl) node).getCurrentConf();
        return members == null || members.isEmpty() || members.contains(sender) || !isLed(node);
    }

    private boolean isLed(Node node) {
        Heard last = heard.get(node);
        long leaseNanos = TimeUnit.MILLISECONDS.toNanos(node.getOptions().getElectionTimeoutMs());
        return node.isLeader(false) || (last != null && time.nanoTime() - last.nanos < leaseNanos);
    }
}
