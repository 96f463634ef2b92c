package dev.skein.router.gossip;

import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.detect.Verdict;

/**
 * A member at one moment; immutable.
 *
 * @param record what it says of itself
 * @param verdict this node's opinion
 * @param lastHeardNanos when its heartbeat last advanced
 */
public record KnownMember(MemberRecord record, Verdict verdict, long lastHeardNanos) {

    /** Its name. */
    public String node() {
        return record.getNode();
    }

    /** Whether clients could attach to it. */
    public boolean serving() {
        return !record.getRouterOnly();
    }
}
