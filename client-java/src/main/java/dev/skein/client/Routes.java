package dev.skein.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where to connect, best first.
 *
 * @param clusterId the cluster
 * @param answeredBy the node that answered
 * @param regions every known region; unusable ones last
 */
public record Routes(String clusterId, String answeredBy, List<RegionRoute> regions) {

    public Routes {
        regions = List.copyOf(regions);
    }

    /** What the router thinks of a region. */
    public enum Health {
        UNKNOWN,
        HEALTHY,
        OVERLOADED,
        DRAINING,
        SUSPECT,
        DEAD
    }

    /**
     * One region.
     *
     * @param region its name
     * @param health whether to go there
     * @param rtt estimated round trip for this client, if known
     * @param nodes usable nodes, best first
     */
    public record RegionRoute(String region, Health health, Optional<Duration> rtt, List<NodeRoute> nodes) {

        public RegionRoute {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * One node.
     *
     * @param node its name
     * @param zone its zone
     * @param endpoint {@code host:port} for clients
     * @param loadPercent 0 to 100
     * @param draining takes no new sessions
     */
    public record NodeRoute(String node, String zone, String endpoint, int loadPercent, boolean draining) {}
}
