package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.ClusterException;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ClusterInfo;
import io.nats.client.api.Replica;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Started NATS servers. */
final class RunningNats implements RunningTarget {

    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(120);
    private static final Duration REQUEST = Duration.ofSeconds(10);
    private static final int REPLICAS = 3;

    /** The client's default of 5,000 would hold a publisher up before the server does. */
    private static final int OUTGOING_MESSAGES = 100_000;

    private final List<ServerProcess> servers;
    private final String endpoints;
    private final TargetPlan plan;

    /** @param servers filled while they start */
    RunningNats(List<ServerProcess> servers, String endpoints, TargetPlan plan) {
        this.servers = servers;
        this.endpoints = endpoints;
        this.plan = plan;
    }

    @Override
    public List<ServerProcess> servers() {
        return List.copyOf(servers);
    }

    void createStreams() throws IOException {
        for (int shard = 0; shard < plan.shards(); shard++) {
            StreamConfiguration stream = StreamConfiguration.builder()
                    .name(NatsTargetClient.stream(shard))
                    .subjects("bench." + shard + ".>")
                    .replicas(REPLICAS)
                    .storageType(StorageType.File)
                    .build();
            Waiting.until("stream " + stream.getName(), WHOLE_WITHIN, () -> {
                checkAlive();
                return created(stream);
            });
        }
        awaitWhole();
    }

    private boolean created(StreamConfiguration stream) throws IOException {
        try (Connection connection = connection()) {
            management(connection).addStream(stream);
            return true;
        } catch (JetStreamApiException | IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public TargetClient connect(Aim aim, int inFlightMax) throws IOException {
        try {
            return new NatsTargetClient(connection(), plan.shards());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public ServerProcess leaderOf(String channel) throws IOException {
        String leader =
                cluster(NatsTargetClient.shardOf(channel, plan.shards())).getLeader();
        return servers.stream()
                .filter(server -> server.name().equals(leader))
                .findFirst()
                .orElseThrow(() -> new ClusterException("the stream of " + channel + " has no leader"));
    }

    @Override
    public void awaitWhole() throws IOException {
        Waiting.until("every stream led with every replica", WHOLE_WITHIN, () -> {
            checkAlive();
            return isWhole();
        });
    }

    private boolean isWhole() {
        try {
            for (int shard = 0; shard < plan.shards(); shard++) {
                ClusterInfo cluster = cluster(shard);
                boolean led = cluster.getLeader() != null;
                List<Replica> followers = cluster.getReplicas();
                boolean current = followers != null
                        && followers.size() == REPLICAS - 1
                        && followers.stream().allMatch(follower -> follower.isCurrent() && !follower.isOffline());
                if (!led || !current) {
                    return false;
                }
            }
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private ClusterInfo cluster(int shard) throws IOException {
        try (Connection connection = connection()) {
            ClusterInfo cluster = management(connection)
                    .getStreamInfo(NatsTargetClient.stream(shard))
                    .getClusterInfo();
            if (cluster == null) {
                throw new ClusterException("stream " + shard + " is not replicated");
            }
            return cluster;
        } catch (JetStreamApiException e) {
            throw new ClusterException("stream " + shard + ": " + e.getMessage());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static JetStreamManagement management(Connection connection) throws IOException {
        return connection.jetStreamManagement(
                JetStreamOptions.builder().requestTimeout(REQUEST).build());
    }

    private Connection connection() throws IOException, InterruptedException {
        return Nats.connect(Options.builder()
                .servers(endpoints.split(","))
                .maxReconnects(-1)
                .reconnectWait(Duration.ofMillis(50))
                .maxMessagesInOutgoingQueue(OUTGOING_MESSAGES)
                .errorListener(new io.nats.client.ErrorListener() {})
                .build());
    }

    private void checkAlive() throws IOException {
        for (ServerProcess server : servers) {
            server.checkAlive();
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while waiting for NATS", e);
    }

    @Override
    public void close() {
        ServerProcess.stopAll(servers);
    }
}
