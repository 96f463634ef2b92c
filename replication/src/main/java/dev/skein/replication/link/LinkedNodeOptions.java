package dev.skein.replication.link;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.core.Replicator;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.util.ThreadId;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Options of a Raft node whose messages travel over a node's {@link RaftLinks}. JRaft hands a node's options to the transport
 * factory, which is how a node among several in one process finds its own links.
 */
public final class LinkedNodeOptions extends NodeOptions {

    private final RaftLinks links;
    private volatile @Nullable ReplicatorGroup replicators;
    private volatile LongConsumer whenSending = term -> {};
    private volatile long sendingTerm;

    public LinkedNodeOptions(RaftLinks links) {
        this.links = links;
        setAppendEntriesExecutors(links.responseExecutors());
        setDisableCli(true);
    }

    RaftLinks links() {
        return links;
    }

    /**
     * To be told of each term in which the node begins to send to followers, as it does when it was elected; to be said before it is
     * initialised. Called under JRaft's locks, so it must not look at the node.
     */
    public void whenSending(LongConsumer told) {
        whenSending = told;
    }

    /** The latest term in which the node has sent to followers, 0 before the first. */
    public long sendingTerm() {
        return sendingTerm;
    }

    void sends(long term) {
        if (term > sendingTerm) {
            begins(term);
        }
    }

    private synchronized void begins(long term) {
        if (term > sendingTerm) {
            sendingTerm = term;
            whenSending.accept(term);
        }
    }

    void replicators(ReplicatorGroup group) {
        replicators = group;
    }

    /**
     * The next index that this node, as leader, would send to a peer; 0 when it has not heard from the peer in this term.
     */
    public long nextIndexOf(PeerId peer) {
        ReplicatorGroup group = replicators;
        ThreadId replicator = group == null ? null : group.getReplicator(peer);
        return replicator == null ? 0 : Replicator.getNextIndex(replicator);
    }

    /** Not supported: JRaft never copies the options of a node, and a copy would lose the links. */
    @Override
    public NodeOptions copy() {
        throw new UnsupportedOperationException("LinkedNodeOptions.copy");
    }
}
