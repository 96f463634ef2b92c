package dev.skein.systemtests.launch;

import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Asks a running cluster how it is, once or until it is well. */
final class StatusPoll {

    private static final long POLL_MILLIS = 100;

    private final ClusterDirectory directory;

    StatusPoll(ClusterDirectory directory) {
        this.directory = directory;
    }

    StatusResponse status(boolean shards) throws IOException {
        ClusterState state = directory.require();
        List<NodeRecord> order = new ArrayList<>(
                state.nodes().stream().filter(NodeRecord::isServing).toList());
        order.sort(Comparator.comparing(state::isPartitioned));
        String last = "no node is up";
        for (NodeRecord node : order) {
            try (AdminCaller admin = new AdminCaller(node.client())) {
                return admin.status(shards);
            } catch (StatusRuntimeException e) {
                last = node.id() + ": " + e.getStatus();
            }
        }
        throw new ClusterException("no status: " + last);
    }

    Duration waitUntilAllLed(Duration timeout) throws IOException {
        return waitUntil("every shard is led", StatusPoll::leaders, timeout);
    }

    Duration waitUntilWhole(Duration timeout) throws IOException {
        return waitUntil("every goal is met", StatusPoll::goals, timeout);
    }

    private Duration waitUntil(String what, Function<NamespaceStatus, String> question, Duration timeout)
            throws IOException {
        long start = System.nanoTime();
        while (true) {
            String missing = missing(question);
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            if (missing.isEmpty()) {
                return waited;
            }
            if (waited.compareTo(timeout) > 0) {
                throw new ClusterException("not yet after " + timeout.toSeconds() + " s that " + what + ": " + missing);
            }
            sleep();
        }
    }

    /** What keeps the cluster from being whole, or nothing. */
    private String missing(Function<NamespaceStatus, String> question) throws IOException {
        StatusResponse status;
        try {
            status = status(false);
        } catch (ClusterException e) {
            return String.valueOf(e.getMessage());
        }
        if (status.getControl().getLeader().isEmpty()) {
            return "the control group has no leader";
        }
        for (NamespacePlan plan : directory.require().plan().namespaces()) {
            String missing = missing(plan, status, question);
            if (!missing.isEmpty()) {
                return missing;
            }
        }
        return "";
    }

    private static String missing(
            NamespacePlan plan, StatusResponse status, Function<NamespaceStatus, String> question) {
        Optional<NamespaceStatus> found = status.getNamespacesList().stream()
                .filter(namespace -> namespace.getName().equals(plan.name()))
                .findFirst();
        return found.map(question).orElseGet(() -> "namespace " + plan.name() + " does not exist yet");
    }

    private static String leaders(NamespaceStatus namespace) {
        int led = namespace.getShardsLed();
        int shards = namespace.getShards();
        return led == shards ? "" : namespace.getName() + " has " + led + " of " + shards + " shards led";
    }

    private static String goals(NamespaceStatus namespace) {
        String leaders = leaders(namespace);
        boolean whole = !leaders.isEmpty() || namespace.getGoalMet();
        return whole ? leaders : namespace.getName() + ": " + namespace.getGoalText();
    }

    private static void sleep() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for leaders", e);
        }
    }
}
