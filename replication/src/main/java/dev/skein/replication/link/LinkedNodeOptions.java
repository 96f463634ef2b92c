package dev.skein.replication.link;

import com.alipay.sofa.jraft.option.NodeOptions;

/**
 * Options of a Raft node whose messages travel over a node's {@link RaftLinks}. JRaft hands a node's options to the transport
 * factory, which is how a node among several in one process finds its own links.
 */
public final class LinkedNodeOptions extends NodeOptions {

    private final RaftLinks links;

    public LinkedNodeOptions(RaftLinks links) {
        this.links = links;
        setAppendEntriesExecutors(links.responseExecutors());
        setDisableCli(true);
    }

    RaftLinks links() {
        return links;
    }

    /** Not supported: JRaft never copies the options of a node, and a copy would lose the links. */
    @Override
    public NodeOptions copy() {
        throw new UnsupportedOperationException("LinkedNodeOptions.copy");
    }
}
