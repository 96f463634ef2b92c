package dev.skein.server.simulation;

/** Something that the world around a node must never do. Each is there to show that the checks would notice. */
enum Defect {
    NONE,
    /** A leader that steps down says "no leader" of what may still commit. */
    UNKNOWN_TOLD_AS_FAILED,
    /** Reads count as confirmed by replicas that are behind. */
    STALE_CONFIRMATION,
    /** A client numbers its messages anew when it sends them again. */
    RENUMBERED_RETRY,
    /** A client comes back with the position before its last one. */
    STALE_POSITION,
    /** The network gives a frame of messages twice. */
    DOUBLED_FRAME
}
