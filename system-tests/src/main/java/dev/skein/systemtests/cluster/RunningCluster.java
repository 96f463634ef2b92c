package dev.skein.systemtests.cluster;

import dev.skein.core.Checks;
import dev.skein.proto.admin.v1.AdminGrpc;
import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.StatusRequest;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.server.SkeinServer;
import dev.skein.server.config.SkeinConfig;
import dev.skein.systemtests.launch.ClusterDirectory;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.ClusterState;
import dev.skein.systemtests.launch.Layout;
import dev.skein.systemtests.launch.NodeRecord;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Nodes running in this JVM. Used by the test's thread; closing it stops them all. */
public final class RunningCluster implements AutoCloseable {

    private static final long STATUS_SECONDS = 3;

    private final ClusterState state;
    private final ClusterDirectory directory;
    private final Map<String, SkeinServer> servers = new ConcurrentHashMap<>();

    private RunningCluster(ClusterState state, ClusterDirectory directory) {
        this.state = state;
        this.directory = directory;
    }

    static RunningCluster start(ClusterPlan plan, Path root) throws IOException {
        ClusterDirectory directory = new ClusterDirectory(root);
        directory.create();
        ClusterState state = Layout.assign(plan, new Random());
        Layout.write(state, directory);
        RunningCluster cluster = new RunningCluster(state, directory);
        try {
            cluster.start(cluster.nodes());
            cluster.awaitAllLed();
            return cluster;
        } catch (RuntimeException | AssertionError e) {
            System.err.println(cluster.evidence());
            cluster.close();
            throw e;
        }
    }

    /** Ids of all nodes, running or not. */
    public List<String> nodes() {
        return state.nodes().stream().map(NodeRecord::id).toList();
    }

    /** Ids of a region's nodes. */
    public List<String> nodes(String region) {
        return state.nodes().stream()
                .filter(node -> node.region().equals(region))
                .map(NodeRecord::id)
                .toList();
    }

    /** Client addresses of all nodes, running or not. */
    public String[] endpoints() {
        return state.nodes().stream().map(NodeRecord::client).toArray(String[]::new);
    }

    /** Client addresses of a region's nodes. */
    public String[] endpoints(String region) {
        return state.nodes().stream()
                .filter(node -> node.region().equals(region))
                .map(NodeRecord::client)
                .toArray(String[]::new);
    }

    /** A running node. */
    public SkeinServer server(String node) {
        SkeinServer server = servers.get(node);
        Checks.check(server != null, "node", node, "one of the running " + servers.keySet());
        return server;
    }

    /** Starts stopped nodes; a node may wait for others, so all of them start at once. */
    public void start(List<String> nodes) {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        for (String node : nodes) {
            CompletableFuture<Void> started = new CompletableFuture<>();
            Thread thread = new Thread(() -> startOne(node, started), "start-" + node);
            thread.start();
            starts.add(started);
        }
        CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
    }

    private void startOne(String node, CompletableFuture<Void> started) {
        try {
            servers.put(node, SkeinServer.start(SkeinConfig.read(directory.config(node))));
            started.complete(null);
        } catch (RuntimeException | Error e) {
            started.completeExceptionally(e);
        }
    }

    /** Stops nodes without a word to anybody. */
    public void crash(List<String> nodes) {
        nodes.parallelStream().map(servers::remove).forEach(SkeinServer::closeAtOnce);
    }

    /** Stops nodes as an operator would. */
    public void stop(List<String> nodes) {
        nodes.parallelStream().map(servers::remove).forEach(SkeinServer::close);
    }

    /** Waits until every shard of every planned namespace has a leader. */
    public void awaitAllLed() {
        Eventually.eventually(() -> {
            StatusResponse status = status();
            if (status.getControl().getLeader().isEmpty() || !namespacesAreLed(status)) {
                throw new AssertionError("not every shard is led: " + status);
            }
        });
    }

    private boolean namespacesAreLed(StatusResponse status) {
        return status.getNamespacesCount() >= state.plan().namespaces().size()
                && status.getNamespacesList().stream().allMatch(RunningCluster::isLed);
    }

    private static boolean isLed(NamespaceStatus namespace) {
        return namespace.getShardsLed() == namespace.getShards();
    }

    /** The cluster as one of the running nodes knows it, with every shard. */
    public StatusResponse status() {
        String endpoint = servers.values().iterator().next().clientAddress();
        ManagedChannel channel = NettyChannelBuilder.forTarget(endpoint)
                .proxyDetector(address -> null)
                .usePlaintext()
                .build();
        try {
            return AdminGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(STATUS_SECONDS, TimeUnit.SECONDS)
                    .status(StatusRequest.newBuilder().setShards(true).build());
        } finally {
            channel.shutdownNow();
        }
    }

    /** What a failed test needs to be understood: where the data is, every shard's report, every thread. */
    public String evidence() {
        StringBuilder text =
                new StringBuilder("cluster in " + directory.root() + ", running " + servers.keySet() + "\n");
        try {
            text.append(status());
        } catch (RuntimeException e) {
            text.append("no status: ").append(e).append('\n');
        }
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            text.append('"')
                    .append(thread.getName())
                    .append("\" ")
                    .append(thread.getState())
                    .append('\n');
            for (StackTraceElement frame : stack) {
                text.append("    at ").append(frame).append('\n');
            }
        });
        return text.toString();
    }

    @Override
    public void close() {
        List<SkeinServer> running = new ArrayList<>(servers.values());
        servers.clear();
        running.parallelStream().forEach(SkeinServer::closeAtOnce);
    }
}
