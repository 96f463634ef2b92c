package dev.skein.replication.link;

import dev.skein.proto.replication.v1.FetchedEntry;
import java.util.List;

/**
 * Takes fetched entries. Calls come one at a time on a thread that may block on disk; the peer sends no more than a small window
 * ahead of what has been taken. The last call is {@link #completed} or {@link #failed}.
 */
public interface EntrySink {

    /** More entries, ascending. An exception cancels the fetch and goes to {@link #failed}. */
    void entries(List<FetchedEntry> entries);

    /** The peer has sent all that it has in the range. */
    void completed();

    /** The fetch ended early; go on with a new one after the last index taken. */
    void failed(Throwable cause);
}
