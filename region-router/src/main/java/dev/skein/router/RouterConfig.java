package dev.skein.router;

import dev.skein.router.gossip.GossipConfig;
import dev.skein.router.gossip.SelfIdentity;
import dev.skein.router.routes.RoutingRules;
import java.util.List;

/**
 * What a router needs to know at its start.
 *
 * @param identity this node
 * @param seeds peer addresses where others may be found, such as the founding members'; this node's own is ignored
 */
public record RouterConfig(SelfIdentity identity, List<String> seeds, GossipConfig gossip, RoutingRules routing) {

    public RouterConfig {
        seeds = List.copyOf(seeds);
        seeds.forEach(seed -> SelfIdentity.checkAddress("seeds", seed));
    }

    /** With the standard timing and rules. */
    public static RouterConfig of(SelfIdentity identity, List<String> seeds) {
        return new RouterConfig(identity, seeds, GossipConfig.standard(), RoutingRules.standard());
    }
}
