package dev.skein.router.detect;

/** One observer's opinion of a member. */
public enum Verdict {
    /** Its heartbeat arrives as expected. */
    ALIVE,
    /** Its heartbeat is later than its past explains. */
    SUSPECT,
    /** It has been suspect for long. */
    DEAD,
    /** It said goodbye. */
    LEFT
}
