package dev.skein.replication.nodelog;

import java.util.function.LongUnaryOperator;

/**
 * How far a group's records are known to be committed. The state machine may tell of a record before it has been written here, so what
 * cannot be checked yet is remembered and checked when it matters. Thread-safe.
 */
final class CommittedMark {

    private final LongUnaryOperator termAt;
    private long known;
    private long toldIndex;
    private long toldTerm;

    /**
     * A mark at 0.
     *
     * @param termAt term of a record of the Raft log, 0 outside of it
     */
    CommittedMark(LongUnaryOperator termAt) {
        this.termAt = termAt;
    }

    synchronized void tell(long index, long term) {
        if (index >= toldIndex) {
            toldIndex = index;
            toldTerm = term;
        }
        check();
    }

    /** Last index known to be committed; 0 when none is. */
    synchronized long index() {
        check();
        return known;
    }

    private void check() {
        if (toldIndex > known && toldTerm != 0 && termAt.applyAsLong(toldIndex) == toldTerm) {
            known = toldIndex;
        }
    }
}
