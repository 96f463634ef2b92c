package dev.skein.systemtests.history;

/** How a publish ended, as its client was told. */
public enum Outcome {
    /** It has not ended. */
    PENDING,
    /** A receipt came. */
    ACKNOWLEDGED,
    /** It has not taken effect and never will. */
    FAILED,
    /** It may have taken effect. */
    UNKNOWN
}
