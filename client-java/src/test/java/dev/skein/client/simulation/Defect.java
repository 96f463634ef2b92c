package dev.skein.client.simulation;

/** Something that a server must never do to a client. Each is there to show that the checks would notice. */
enum Defect {
    NONE,
    /** A server forgets what it has taken of a producer. */
    NO_DEDUP,
    /** A server takes what comes too early. */
    GAPS_TAKEN,
    /** A server resumes one message too late; the client must rather wait for ever than go on. */
    RESUME_TOO_LATE,
    /** A server says "no leader" of what it has proposed. */
    UNKNOWN_TOLD_AS_FAILED,
    /** A server answers with somebody else's places. */
    WRONG_RECEIPT,
    /** An answer is lost and the session goes on. */
    LOST_ANSWER
}
