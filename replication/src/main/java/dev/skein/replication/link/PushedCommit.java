package dev.skein.replication.link;

import java.util.Optional;

/**
 * Decides which pushed commit of one group may be handed to Raft, and when a hand-over of its leadership may be followed. An entry may be applied only when it is on this node's own
 * disk, or the state built from it could be ahead of the log after a crash; so a push that runs ahead waits, and what it proves
 * about the entries that are on disk is used at once. Safe for any thread.
 */
final class PushedCommit {

    /** A place in the log. */
    record LogPoint(long index, long term) {}

    private long term;
    private LogPoint stable = new LogPoint(0, 0);
    private LogPoint pushed = new LogPoint(0, 0);
    private long handedIndex;

    /** The leader wants this node to take over when it has this index; 0: it doesn't. */
    private long heirIndex;

    /** The leader of a term says that everything up to a point of its log is committed. */
    synchronized Optional<LogPoint> pushed(long leaderTerm, LogPoint point) {
        if (enter(leaderTerm) && point.index > pushed.index) {
            pushed = point;
        }
        return next();
    }

    /** The log up to a point is on disk here and agrees with the leader of a term. */
    synchronized Optional<LogPoint> stable(long leaderTerm, LogPoint point) {
        if (enter(leaderTerm) && point.index > stable.index) {
            stable = point;
        }
        return next();
    }

    /** The leader of a term wants this node to take over when it has everything up to an index. */
    synchronized void heirAt(long leaderTerm, long index) {
        if (enter(leaderTerm)) {
            heirIndex = index;
        }
    }

    /** Whether it is time to take over; true once. */
    synchronized boolean isHeir() {
        boolean due = heirIndex > 0 && stable.index >= heirIndex;
        if (due) {
            heirIndex = 0;
        }
        return due;
    }

    /** What was true of an earlier leader's log says nothing about this one's. */
    private boolean enter(long leaderTerm) {
        if (leaderTerm > term) {
            term = leaderTerm;
            stable = new LogPoint(0, 0);
            pushed = new LogPoint(0, 0);
            handedIndex = 0;
            heirIndex = 0;
        }
        return leaderTerm == term;
    }

    private Optional<LogPoint> next() {
        LogPoint point = pushed.index <= stable.index ? pushed : stable;
        if (point.index <= handedIndex) {
            return Optional.empty();
        }
        handedIndex = point.index;
        return Optional.of(point);
    }
}
