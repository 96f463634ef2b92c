package dev.skein.replication.raft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.NodeOptions;

/**
 * A group's Raft node that can be looked at without waiting. JRaft holds the node's lock while it writes terms and votes, and nearly every
 * getter takes that lock, so that they stand still together with the disk; whoever reports how this node is must not.
 */
final class GroupNode extends NodeImpl {

    private volatile Sight last = new Sight(new Configuration(), 0, 0, 0);

    /**
     * A node at one moment.
     *
     * @param members voters and learners; to be read only
     * @param lastIndex of the log, 0 when the node is not active
     * @param committedIndex the last entry known to be committed
     * @param appliedIndex the last entry applied
     */
    record Sight(Configuration members, long lastIndex, long committedIndex, long appliedIndex) {}

    GroupNode(String group, PeerId self) {
        super(group, self);
    }

    /** Starts, and is seen a first time: from then on there is something to show, whoever holds the lock. */
    @Override
    public boolean init(NodeOptions options) {
        boolean started = super.init(options);
        readLock.lock();
        try {
            last = sight();
        } finally {
            readLock.unlock();
        }
        return started;
    }

    /** The node now; as it was seen last while somebody holds its lock. */
    Sight look() {
        if (readLock.tryLock()) {
            try {
                last = sight();
            } finally {
                readLock.unlock();
            }
        }
        return last;
    }

    private Sight sight() {
        Configuration present = getCurrentConf();
        Configuration members = present == null ? new Configuration() : present;
        return getNodeState().isActive()
                ? new Sight(members, getLastLogIndex(), getLastCommittedIndex(), getLastAppliedLogIndex())
                : new Sight(members, 0, 0, 0);
    }
}
