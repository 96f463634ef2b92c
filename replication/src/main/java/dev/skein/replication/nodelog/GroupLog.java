package dev.skein.replication.nodelog;

import java.util.List;
import java.util.Optional;

/**
 * One group's records in the node's log. Raft sees the records from {@link #firstIndex} to {@link #lastIndex}; older ones
 * stay readable until {@link #retainFrom} lets go of them. Writes of one group come from one thread at a time; reads from anywhere.
 *
 * <p>Every method throws {@link NodeLogFailedException} once the log has failed.
 */
public interface GroupLog {

    /** The group's name. */
    String name();

    /** First index of the Raft log; {@code lastIndex() + 1} when it is empty. 1 for a new group. */
    long firstIndex();

    /** Last index of the Raft log. 0 for a new group. */
    long lastIndex();

    /** Term of a record of the Raft log; 0 outside of it. Never touches the disk. */
    long termAt(long index);

    /** Indexes of the configuration records in the Raft log, ascending. */
    List<Long> configurationIndexes();

    /**
     * Appends consecutive records after the last one; returns when they are durable as the group's mode says.
     *
     * @throws IllegalArgumentException when the records do not follow the last one; nothing is written
     */
    void append(List<LogRecord> records);

    /**
     * Reads a record, also below the Raft first index while it is retained. Blocks for the page cache or the disk. A record
     * whose append has not got to the disk yet is absent: apply may run ahead of this node's own write.
     *
     * @throws NodeLogDamagedException when the bytes are not what was written
     */
    Optional<LogRecord> read(long index);

    /** Moves Raft's first index up; the records below stay readable. Past the last index it is a {@link #reset}. */
    void truncatePrefix(long firstKept);

    /**
     * Takes back the records above {@code lastKept}.
     *
     * @throws IllegalStateException when a committed record would go: Raft's promise would be broken
     */
    void truncateSuffix(long lastKept);

    /**
     * The Raft log goes on at {@code nextIndex} after an installed snapshot. Records known to be committed stay readable below
     * it, the others go; the hole can be filled by {@link #backfill}.
     */
    void reset(long nextIndex);

    /**
     * Tells that the record of this index and term is committed, and with it all before. Counts only if this log has that record:
     * a snapshot's last entry says nothing about other records that this log may have at the same indexes. In memory only; the
     * state machine tells it again after a restart.
     */
    void committed(long index, long term);

    /** Last index known to be committed here, by {@link #committed} or because Raft has let go of it; never a record that may change. */
    long committedIndex();

    /**
     * Records below may be reclaimed, as far as Raft does not need them. {@code Long.MAX_VALUE}: everything below Raft's first
     * index, now and later.
     */
    void retainFrom(long index);

    /** Lowest index that retention has not let go of. */
    long retainedFrom();

    /** What is missing between {@link #retainedFrom} and the Raft first index after a reset: ascending, disjoint. */
    List<IndexRange> missing();

    /** Stores committed records that are missing below the Raft first index; what is not missing is ignored. */
    void backfill(List<LogRecord> records);

    /** When appends count as done, from now on. {@link FsyncMode#ALWAYS} after every open. */
    void fsync(FsyncMode mode);

    /** Forgets the group and all its records. The object is dead afterwards; the name may be used again. */
    void drop();
}
