package dev.skein.replication.group;

import dev.skein.core.NodeId;
import java.util.Optional;

/**
 * The shard's entries as its message store on this node: the part of the log that Raft itself doesn't need any more. Thread-safe.
 */
public interface MessageArchive {

    /**
     * Whether every entry from this index on is here; false after a snapshot was installed, until the older entries are fetched.
     */
    boolean isWholeFrom(long index);

    /** Entries below this index hold no retained message. */
    void keepFrom(long index);

    /** The entry of this index and term is committed, and with it all before. Means nothing if the log has another entry there. */
    void committed(long index, long term);

    /**
     * Starts fetching what is missing from an index on, unless that is under way or has just failed. Doesn't block.
     *
     * @param from the node to ask first
     */
    void fetchMissing(long index, Optional<NodeId> from);
}
