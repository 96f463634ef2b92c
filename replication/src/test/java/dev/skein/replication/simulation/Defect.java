package dev.skein.replication.simulation;

/** Something that the world below a shard must never do. Each is there to show that the checks would notice. */
enum Defect {
    NONE,
    /** A replica gets two entries in the wrong order. */
    SWAPPED_ENTRIES,
    /** A replica that restarts goes on one entry too late. */
    SKIPPED_ENTRY,
    /** A new leader lacks the last committed entry. */
    LOST_COMMIT,
    /** A leader that steps down says "not appended" of what may still commit. */
    UNKNOWN_TOLD_AS_FAILED,
    /** Old entries go before the snapshot that doesn't need them is certain. */
    EAGER_RECLAIM,
    /** A publisher numbers its messages anew when it sends them again. */
    RENUMBERED_RETRY
}
