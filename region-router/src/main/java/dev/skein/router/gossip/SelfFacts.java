package dev.skein.router.gossip;

import dev.skein.core.Checks;
import dev.skein.proto.gossip.v1.ReplicaSummary;
import dev.skein.proto.gossip.v1.ShardLed;
import java.util.List;

/**
 * What a node says of itself that changes; asked for with every heartbeat, so making one must be cheap.
 *
 * @param clusterId the cluster this node belongs to; empty while it isn't known
 * @param loadPercent 0 to 100
 * @param overloaded takes no new sessions for now
 * @param draining on its way out: its sessions should leave
 * @param quarantined empty, or why it takes no part
 * @param disk empty, or what is wrong with its disk
 * @param sessions clients attached
 * @param sessionsMax clients it may have; 0: not told
 * @param takesPerSecond clients it takes over in a second; 0: not told
 * @param shedding whether it sends clients away, or is about to
 * @param rssBytes resident memory
 * @param shardsLed groups it leads, with terms
 * @param replicas its replicas, for status
 * @param edgeAddress where browsers and phones reach it; empty: nowhere
 */
public record SelfFacts(
        String clusterId,
        int loadPercent,
        boolean overloaded,
        boolean draining,
        String quarantined,
        String disk,
        int sessions,
        int sessionsMax,
        int takesPerSecond,
        boolean shedding,
        long rssBytes,
        List<ShardLed> shardsLed,
        List<ReplicaSummary> replicas,
        String edgeAddress) {

    public SelfFacts {
        Checks.check(loadPercent >= 0 && loadPercent <= 100, "loadPercent", loadPercent, "0 to 100");
        Checks.check(sessionsMax >= 0, "sessionsMax", sessionsMax, "0 or more");
        Checks.check(takesPerSecond >= 0, "takesPerSecond", takesPerSecond, "0 or more");
        shardsLed = List.copyOf(shardsLed);
        replicas = List.copyOf(replicas);
    }

    /** A node that does nothing, in a cluster. */
    public static SelfFacts idle(String clusterId) {
        return new SelfFacts(clusterId, 0, false, false, "", "", 0, 0, 0, false, 0, List.of(), List.of(), "");
    }
}
