package dev.skein.router.routes;

import dev.skein.proto.client.v1.RegionHealth;
import java.util.List;

/**
 * A region with its serving nodes.
 *
 * @param nodes sorted by name
 * @param sessions clients attached, as last told; also by nodes that are dead now
 */
record RegionView(String region, RegionHealth health, List<NodeView> nodes, long sessions) {

    RegionView {
        nodes = List.copyOf(nodes);
    }

    long usableNodes() {
        return nodes.stream().filter(NodeView::usable).count();
    }
}
