package dev.skein.router.gossip;

import dev.skein.core.Checks;
import dev.skein.core.NodeId;

/**
 * What a node says of itself that stays the same while it runs.
 *
 * @param node its name
 * @param region its region
 * @param zone its zone; empty for a router of its own
 * @param peerAddress host:port that other nodes gossip with
 * @param clientAddress host:port that clients use
 * @param routerOnly takes part in gossip, serves no shards or sessions
 */
public record SelfIdentity(
        String node, String region, String zone, String peerAddress, String clientAddress, boolean routerOnly) {

    public SelfIdentity {
        new NodeId(node);
        checkName("region", region, 1);
        checkName("zone", zone, 0);
        checkAddress("peerAddress", peerAddress);
        checkAddress("clientAddress", clientAddress);
    }

    private static void checkName(String name, String value, int least) {
        Checks.check(
                value.length() >= least && value.length() <= RecordChecks.NAME_LENGTH_MAX,
                name,
                value,
                least + " to " + RecordChecks.NAME_LENGTH_MAX + " characters");
    }

    /** Refuses what isn't host:port. */
    public static void checkAddress(String name, String value) {
        Checks.check(RecordChecks.isAddress(value), name, value, "host:port");
    }
}
