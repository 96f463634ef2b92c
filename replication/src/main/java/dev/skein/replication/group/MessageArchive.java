package dev.skein.replication.group;

import dev.skein.core.NodeId;
import java.util.Optional;

/**
 * The shard's entries as its message store on this node: the part of the log that Raft itself doesn't need any more. Thread-safe.
 */
public interface MessageArchive {

    /** Whether every retained entry is here; false after a snapshot was installed, until the older entries are fetched. */
    boolean isWhole();

    /** Entries below this index hold no retained message. */
    void keepFrom(long index);

    /** The entry of this index and term is committed, and with it all before. Means nothing if the log has another entry there. */
    void committed(long index, long term);

    /** Starts fetching what is missing, unless that is under way; preferably from the given node. Doesn't block. */
    void fetchMissing(Optional<NodeId> from);
}
