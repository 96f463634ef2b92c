package dev.skein.client;

/**
 * What a member did.
 *
 * @param channel with its namespace
 * @param kind what
 * @param member as it is now; as it was, when it left
 */
public record MemberChange(String channel, Kind kind, Member member) {

    /** What a member may do. */
    public enum Kind {
        ENTERED,
        /** It looks different now. */
        UPDATED,
        LEFT
    }
}
