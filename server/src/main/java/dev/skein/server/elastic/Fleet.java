package dev.skein.server.elastic;

import java.util.List;
import java.util.Map;

/**
 * What a node knows of all nodes.
 *
 * @param self this node
 * @param others the other nodes that serve clients
 * @param rttMicros round trips from here to other regions; a region that isn't there counts as the farthest
 */
public record Fleet(NodeLoad self, List<NodeLoad> others, Map<String, Long> rttMicros) {

    public Fleet {
        others = List.copyOf(others);
        rttMicros = Map.copyOf(rttMicros);
    }

    /** Microseconds to a region and back. */
    public long distance(String region) {
        return rttMicros.getOrDefault(region, Long.MAX_VALUE);
    }
}
