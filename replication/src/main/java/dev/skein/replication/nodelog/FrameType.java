package dev.skein.replication.nodelog;

/** What a frame does. The order is the format; new types go to the end. */
enum FrameType {
    /** Not a frame: zeros never pass for one. */
    NONE,
    /** State of all groups when the segment began; always the first frame and nowhere else. */
    CHECKPOINT,
    /** Gives a group its number; the payload is its name. */
    GROUP,
    /** Appends to a Raft log. */
    ENTRY,
    /** Takes back what is above {@code index}. */
    TRUNCATE_SUFFIX,
    /** Moves the Raft first index to {@code index}. */
    TRUNCATE_PREFIX,
    /** The Raft log goes on at {@code index}; records up to {@code term} stay readable. */
    RESET,
    /** Records below {@code index} are let go of. */
    RETAIN,
    /** A live record copied forward, so that its old segment can go. */
    RELOCATED,
    /** A committed record fetched after a snapshot, below the Raft first index. */
    BACKFILL,
    /** The group and all its records are forgotten. */
    DROP_GROUP;

    private static final FrameType[] ALL = values();

    static boolean isKnown(byte code) {
        return code > 0 && code < ALL.length;
    }

    static FrameType of(byte code) {
        return ALL[code];
    }
}
