package dev.skein.systemtests.faults;

import dev.skein.client.SkeinClient;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.systemtests.launch.Progress;
import dev.skein.systemtests.traffic.Fleet;
import dev.skein.systemtests.traffic.ForcedRetries;
import dev.skein.systemtests.traffic.Homes;
import dev.skein.systemtests.traffic.Leaders;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What faults are done to, and with.
 *
 * @param regions in order of preference
 * @param operator a client past the WAN emulator
 * @param retries used by one fault at a time
 */
record Ground(
        LocalCluster cluster,
        List<String> regions,
        Homes homes,
        Fleet fleet,
        SkeinClient operator,
        History history,
        ForcedRetries retries,
        Processes processes,
        StorageVerdicts storage,
        IsolationRecord isolation,
        Progress progress) {

    List<String> nodes() throws IOException {
        return cluster.state().nodes().stream().map(NodeRecord::id).toList();
    }

    List<String> nodes(String region) throws IOException {
        return cluster.state().nodes().stream()
                .filter(node -> node.region().equals(region))
                .map(NodeRecord::id)
                .toList();
    }

    String endpoint(String node) throws IOException {
        return cluster.state().nodes().stream()
                .filter(record -> record.id().equals(node))
                .map(NodeRecord::client)
                .findFirst()
                .orElseThrow();
    }

    /** A node that leads something now; any, when nobody says so. */
    String leader(Random random) throws IOException {
        try {
            Set<String> leading = new Leaders(cluster.status(true)).leadingNodes();
            if (!leading.isEmpty()) {
                return pick(List.copyOf(leading), random);
            }
        } catch (IOException unanswered) {
            progress.say("  nobody says who leads: " + unanswered.getMessage());
        }
        return pick(nodes(), random);
    }

    static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
