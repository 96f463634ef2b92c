package dev.skein.replication.presence;

import java.util.List;

/**
 * Some of a channel's members, by their clients' order.
 *
 * @param members at most as many as asked for
 * @param more whether there are some after the last one
 */
public record MemberPage(List<Member> members, boolean more) {

    public MemberPage {
        members = List.copyOf(members);
    }
}
