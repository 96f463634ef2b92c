package dev.skein.replication.nodelog;

import java.util.OptionalLong;

/**
 * What the log's writer is at.
 *
 * @param busySince when the write or sync began that is under way, in nanoseconds of the log's clock; empty: none is
 * @param turns writes and syncs finished so far
 */
public record LogActivity(OptionalLong busySince, long turns) {

    /** A log that does nothing that could take long. */
    static final LogActivity NONE = new LogActivity(OptionalLong.empty(), 0);
}
