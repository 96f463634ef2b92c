package dev.skein.router.routes;

import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Orders a region's nodes for one client by weighted rendezvous hashing: each client gets its own stable order, nodes come first
 * in proportion to their spare capacity, and a change at one node moves only that node in the orders.
 */
final class NodeOrder {

    /** Load counts in these steps: finer ones would reorder without need. */
    private static final int LOAD_STEP = 10;

    private NodeOrder() {}

    /** The nodes to try, best first; nodes that are gone are left out, nodes the client failed to reach come last. */
    static List<NodeView> of(List<NodeView> nodes, String client, Set<String> failed) {
        return nodes.stream()
                .filter(node -> node.standing() != NodeView.Standing.GONE)
                .sorted(Comparator.comparing((NodeView node) -> failed.contains(node.node()))
                        .thenComparing(NodeView::standing)
                        .thenComparingDouble(node -> distance(node, client))
                        .thenComparing(NodeView::node))
                .toList();
    }

    /** Exponentially distributed with the spare capacity as rate: the least of several is the node's in that proportion. */
    private static double distance(NodeView node, String client) {
        int spare = 100 - node.loadPercent() / LOAD_STEP * LOAD_STEP + LOAD_STEP;
        return -Math.log(ClientHash.unit(client, node.node())) / spare;
    }
}
