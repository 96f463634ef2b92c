package dev.skein.replication.presence;

/**
 * What a member did.
 *
 * @param kind what
 * @param member as it is now; as it was, when it left
 */
public record PresenceEvent(Kind kind, Member member) {

    /** What a member may do. */
    public enum Kind {
        JOINED,
        LEFT,
        /** Its info changed. */
        UPDATED
    }
}
