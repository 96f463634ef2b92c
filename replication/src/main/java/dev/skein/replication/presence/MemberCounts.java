package dev.skein.replication.presence;

/**
 * How many are in a channel.
 *
 * @param members connections
 * @param users different users; all anonymous ones are one
 */
public record MemberCounts(long members, long users) {

    public static final MemberCounts NONE = new MemberCounts(0, 0);
}
