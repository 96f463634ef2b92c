package dev.skein.systemtests.faults;

import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.ReplicaStatus;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Leadership;
import dev.skein.systemtests.history.StateDigest;
import dev.skein.systemtests.launch.LocalCluster;
import dev.skein.systemtests.launch.NodeRecord;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every node in turn what it knows of leaders and digests, and writes it down. One thread. */
final class NodeWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
    private static final long PAUSE_MILLIS = 700;

    private final LocalCluster cluster;
    private final History history;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "node-watch");
        thread.setDaemon(true);
        return thread;
    });

    NodeWatch(LocalCluster cluster, History history) {
        this.cluster = cluster;
        this.history = history;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::look, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    void look() {
        try {
            for (NodeRecord node : cluster.state().nodes()) {
                cluster.statusOf(node.id(), true).ifPresent(status -> note(node.id(), status));
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("a look at the nodes broke off", e);
        }
    }

    private void note(String node, StatusResponse status) {
        note(node, "control", status.getControl());
        for (NamespaceStatus namespace : status.getNamespacesList()) {
            namespace
                    .getShardStatusList()
                    .forEach(shard -> note(node, namespace.getName() + "/" + shard.getShard(), shard));
        }
    }

    private void note(String node, String group, ShardStatus shard) {
        if (!shard.getLeader().isEmpty()) {
            history.led(new Leadership(group, shard.getTerm(), shard.getLeader()));
        }
        for (ReplicaStatus replica : shard.getReplicasList()) {
            // Only what a node says of itself: index and digest of one moment.
            if (replica.getDigest() != 0 && replica.getNode().equals(node)) {
                history.digest(new StateDigest(group, node, replica.getAppliedIndex(), replica.getDigest()));
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
