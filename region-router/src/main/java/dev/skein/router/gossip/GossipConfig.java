package dev.skein.router.gossip;

import dev.skein.core.Checks;
import dev.skein.router.detect.PhiConfig;
import java.time.Duration;

/**
 * How often, with how many, and for how long.
 *
 * @param intraRegionInterval between heartbeats and exchanges inside the region; lower: faster detection, more traffic
 * @param interRegionInterval between exchanges with other regions
 * @param intraRegionPeers peers of one intra-region round
 * @param interRegionPeers peers of one inter-region round, each in another region; divided by the nodes of the own region, but one
 *     at least
 * @param slowFactsInterval facts that only people read (load, memory, replicas) change at most this often
 * @param exchangeTimeout after this an exchange has failed
 * @param forgetDead a dead member is forgotten after this
 * @param forgetLeft a member that left is forgotten after this
 * @param phi failure detection
 */
public record GossipConfig(
        Duration intraRegionInterval,
        Duration interRegionInterval,
        int intraRegionPeers,
        int interRegionPeers,
        Duration slowFactsInterval,
        Duration exchangeTimeout,
        Duration forgetDead,
        Duration forgetLeft,
        PhiConfig phi) {

    /** Members of a cluster: digests of all of them travel with every exchange. Reached: new members are refused. */
    public static final int MEMBERS_MAX = 1_024;

    public GossipConfig {
        checkPositive("intraRegionInterval", intraRegionInterval);
        checkPositive("interRegionInterval", interRegionInterval);
        checkPositive("slowFactsInterval", slowFactsInterval);
        checkPositive("exchangeTimeout", exchangeTimeout);
        checkPositive("forgetDead", forgetDead);
        checkPositive("forgetLeft", forgetLeft);
        checkPeers("intraRegionPeers", intraRegionPeers);
        checkPeers("interRegionPeers", interRegionPeers);
    }

    /** 400 ms inside a region, 500 ms between regions, one peer here and one in each of two other regions. */
    public static GossipConfig standard() {
        return new GossipConfig(
                Duration.ofMillis(400),
                Duration.ofMillis(500),
                1,
                2,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofHours(24),
                Duration.ofHours(1),
                PhiConfig.standard());
    }

    private static void checkPositive(String name, Duration value) {
        Checks.check(value.toNanos() > 0, name, value, "more than 0");
    }

    private static void checkPeers(String name, int value) {
        Checks.check(value >= 1 && value <= 16, name, value, "1 to 16");
    }
}
