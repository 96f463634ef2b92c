package dev.skein.benchmarks.system;

import dev.skein.client.BlockingClient;
import dev.skein.client.SkeinClient;
import dev.skein.client.SkeinClientBuilder;
import dev.skein.client.SkeinException;
import dev.skein.client.admin.ClusterStatus;
import dev.skein.systemtests.launch.ClusterException;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.wire.ChannelHash;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** A started Skein cluster. */
final class RunningSkein implements RunningTarget {

    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(120);
    private static final int REPLICAS = 3;

    private final List<ServerProcess> servers;
    private final List<String> endpoints;
    private final List<String> edges;
    private final int shards;

    /** @param servers filled while they start */
    RunningSkein(List<ServerProcess> servers, List<NodeRecord> nodes, int shards) {
        this.servers = servers;
        this.endpoints = nodes.stream().map(NodeRecord::client).toList();
        this.edges = nodes.stream().map(NodeRecord::edge).toList();
        this.shards = shards;
    }

    @Override
    public List<ServerProcess> servers() {
        return List.copyOf(servers);
    }

    @Override
    public TargetClient connect(Aim aim, int inFlightMax) {
        return new SkeinTargetClient(
                builder().unansweredMessagesMax(inFlightMax).build());
    }

    @Override
    public TargetClient connectStreams(int connections) {
        return new StreamClient(endpoints.get(0), SkeinTarget.NAMESPACE + ":", connections);
    }

    @Override
    public TargetClient connectSockets() {
        return new EdgeSockets(edges.get(0), SkeinTarget.NAMESPACE + ":");
    }

    @Override
    public SectionClient connectSections(int connections, SectionClient.Answers answers) {
        return new SectionStreams(endpoints, SkeinTarget.NAMESPACE + ":", connections, answers);
    }

    /** A client of this node only. */
    TargetClient connectTo(String endpoint, int inFlightMax) {
        return new SkeinTargetClient(SkeinClient.builder()
                .endpoints(endpoint)
                .followRoutes(false)
                .agent("skein-bench")
                .unansweredMessagesMax(inFlightMax)
                .build());
    }

    private SkeinClientBuilder builder() {
        return SkeinClient.builder().endpoints(endpoints).agent("skein-bench");
    }

    @Override
    public ServerProcess leaderOf(String channel) throws IOException {
        int shard = ChannelHash.shardOf(SkeinTarget.NAMESPACE + ":" + channel, shards);
        try (SkeinClient client = builder().build()) {
            String leader = namespace(status(client)).shardStatus().stream()
                    .filter(each -> each.shard() == shard)
                    .map(ClusterStatus.Shard::leader)
                    .findFirst()
                    .orElse("");
            return servers.stream()
                    .filter(server -> server.name().equals(leader))
                    .findFirst()
                    .orElseThrow(() -> new ClusterException("shard " + shard + " has no leader"));
        }
    }

    @Override
    public void awaitWhole() throws IOException {
        try (SkeinClient client = builder().build()) {
            Waiting.until("every shard led with every replica", WHOLE_WITHIN, () -> isWhole(client));
        }
    }

    /** Waits until all leaders of the namespace are among these nodes. */
    void awaitLeaders(Predicate<String> node) throws IOException {
        try (SkeinClient client = builder().build()) {
            Waiting.until("every shard led at home", WHOLE_WITHIN, () -> isWhole(client) && isLed(client, node));
        }
    }

    private static boolean isLed(SkeinClient client, Predicate<String> node) {
        try {
            return namespace(status(client)).shardStatus().stream()
                    .map(ClusterStatus.Shard::leader)
                    .allMatch(node);
        } catch (SkeinException notYet) {
            return false;
        }
    }

    private boolean isWhole(SkeinClient client) throws IOException {
        for (ServerProcess server : servers) {
            server.checkAlive();
        }
        try {
            return endpoints.stream().allMatch(each -> isWhole(statusAt(client, each)));
        } catch (SkeinException notYet) {
            return false;
        }
    }

    private boolean isWhole(ClusterStatus status) {
        return !status.control().leader().isEmpty()
                && status.namespaces().stream().anyMatch(each -> each.name().equals(SkeinTarget.NAMESPACE))
                && namespace(status).shardsLed() == shards
                && namespace(status).shardStatus().stream().allMatch(RunningSkein::isWhole);
    }

    private static boolean isWhole(ClusterStatus.Shard shard) {
        return shard.replicas().size() == REPLICAS
                && shard.replicas().stream()
                        .allMatch(replica -> replica.role().equals("leader")
                                || replica.role().equals("follower"));
    }

    /** What this node says: one that has just been started again is still what it was to the others. */
    private static ClusterStatus statusAt(SkeinClient client, String endpoint) {
        return BlockingClient.await(client.adminAt(endpoint).status(true));
    }

    private static ClusterStatus status(SkeinClient client) {
        return BlockingClient.await(client.admin().status(true));
    }

    private static ClusterStatus.NamespaceHealth namespace(ClusterStatus status) {
        return status.namespaces().stream()
                .filter(each -> each.name().equals(SkeinTarget.NAMESPACE))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        ServerProcess.stopAll(servers);
    }
}
