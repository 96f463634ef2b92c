package dev.skein.replication.link;

import dev.skein.proto.replication.v1.FetchedEntry;
import java.io.IOException;
import java.util.Iterator;

/** Where a node serves its retained entries from, for replicas that fill in what a snapshot left out. */
public interface EntrySource {

    /**
     * The retained entries of a group in a range, ascending. Called, and the iterator used, on a thread that may block on disk.
     * The iterator may throw {@link java.io.UncheckedIOException}.
     *
     * @param firstIndex inclusive
     * @param lastIndex inclusive
     * @param verbatim Raft's own entries with their content
     * @throws IOException when the group's entries can't be read here; the text goes to the caller
     */
    Iterator<FetchedEntry> entries(String group, long firstIndex, long lastIndex, boolean verbatim) throws IOException;

    /** A node that serves nothing. */
    static EntrySource none() {
        return (group, firstIndex, lastIndex, verbatim) -> {
            throw new IOException("group: " + group + " (expected: a group of this node)");
        };
    }
}
