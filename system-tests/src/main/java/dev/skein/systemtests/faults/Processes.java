package dev.skein.systemtests.faults;

import dev.skein.systemtests.launch.LocalCluster;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stops and starts nodes for faults that overlap: a node is let back when the last fault that stopped it is over, and never started twice.
 * Thread-safe.
 */
final class Processes {

    private final LocalCluster cluster;
    private final Map<String, Integer> down = new HashMap<>();
    private final Map<String, Integer> paused = new HashMap<>();

    Processes(LocalCluster cluster) {
        this.cluster = cluster;
    }

    synchronized void kill(List<String> nodes) throws IOException {
        nodes.forEach(node -> down.merge(node, 1, Integer::sum));
        cluster.killNodes(nodes);
    }

    /** Asks the nodes to stop, and waits until they have. */
    synchronized void stop(List<String> nodes) throws IOException {
        nodes.forEach(node -> down.merge(node, 1, Integer::sum));
        cluster.stopNodes(nodes);
    }

    /** Starts those that no other fault keeps down, and waits until they are ready. */
    synchronized void start(List<String> nodes) throws IOException {
        List<String> free = nodes.stream().filter(node -> release(down, node)).toList();
        cluster.startDead(free);
    }

    synchronized void pause(List<String> nodes) throws IOException {
        nodes.forEach(node -> paused.merge(node, 1, Integer::sum));
        cluster.pauseNodes(nodes);
    }

    synchronized void resume(List<String> nodes) throws IOException {
        cluster.resumeNodes(nodes.stream().filter(node -> release(paused, node)).toList());
    }

    private static boolean release(Map<String, Integer> claims, String node) {
        Integer left = claims.computeIfPresent(node, (known, count) -> count > 1 ? count - 1 : null);
        return left == null;
    }
}
