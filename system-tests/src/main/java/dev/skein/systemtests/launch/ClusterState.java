package dev.skein.systemtests.launch;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What runs, as the state file keeps it.
 *
 * @param emulator the WAN emulator's process
 * @param controlPort of the emulator
 * @param clientProxies port by region, through which that region's clients reach the nodes
 * @param partitions selectors that are cut off from everything else
 */
public record ClusterState(
        ClusterPlan plan,
        OwnedProcess emulator,
        int controlPort,
        Map<String, Integer> clientProxies,
        List<NodeRecord> nodes,
        List<String> partitions) {

    public ClusterState {
        clientProxies = Map.copyOf(clientProxies);
        nodes = List.copyOf(nodes);
        partitions = List.copyOf(partitions);
    }

    ClusterState withPlan(ClusterPlan plan) {
        return new ClusterState(plan, emulator, controlPort, clientProxies, nodes, partitions);
    }

    ClusterState withEmulator(OwnedProcess emulator, int controlPort) {
        return new ClusterState(plan, emulator, controlPort, clientProxies, nodes, List.of());
    }

    ClusterState withPartitions(List<String> partitions) {
        return new ClusterState(plan, emulator, controlPort, clientProxies, nodes, partitions);
    }

    /** Changes the nodes whose ids are listed. */
    ClusterState withNodes(List<String> ids, UnaryOperator<NodeRecord> change) {
        List<NodeRecord> changed = nodes.stream()
                .map(node -> ids.contains(node.id()) ? change.apply(node) : node)
                .toList();
        return new ClusterState(plan, emulator, controlPort, clientProxies, changed, partitions);
    }

    /** Whether any of its processes is alive. */
    public boolean isRunning() {
        return emulator.isAlive() || nodes.stream().anyMatch(NodeRecord::isAlive);
    }

    /** Whether a node is cut off by a partition of itself, its zone or its region. */
    public boolean isPartitioned(NodeRecord node) {
        return partitions.contains(node.id())
                || partitions.contains(node.zonePath())
                || partitions.contains(node.region());
    }
}
