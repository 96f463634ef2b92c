package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.ClusterException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Started brokers. */
final class RunningKafka implements RunningTarget {

    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(120);
    private static final int REQUEST_SECONDS = 10;
    private static final short REPLICAS = 3;

    private final List<ServerProcess> brokers;
    private final String endpoints;
    private final TargetPlan plan;

    /** @param brokers filled while they start */
    RunningKafka(List<ServerProcess> brokers, String endpoints, TargetPlan plan) {
        this.brokers = brokers;
        this.endpoints = endpoints;
        this.plan = plan;
    }

    @Override
    public List<ServerProcess> servers() {
        return List.copyOf(brokers);
    }

    void createTopic() throws IOException {
        boolean flush = plan.durability() == Durability.FSYNC_QUORUM;
        Map<String, String> config =
                flush ? Map.of("min.insync.replicas", "2", "flush.messages", "1") : Map.of("min.insync.replicas", "2");
        NewTopic topic = new NewTopic(KafkaTarget.TOPIC, plan.shards(), REPLICAS).configs(config);
        try (Admin admin = admin()) {
            Waiting.until("a topic on three brokers", WHOLE_WITHIN, () -> {
                checkAlive();
                return brokersUp(admin) && created(admin, topic);
            });
        }
    }

    private static boolean brokersUp(Admin admin) throws IOException {
        return get(admin.describeCluster().nodes())
                .filter(nodes -> nodes.size() == REPLICAS)
                .isPresent();
    }

    private static boolean created(Admin admin, NewTopic topic) throws IOException {
        try {
            admin.createTopics(List.of(topic)).all().get(REQUEST_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            return e.getCause() instanceof TopicExistsException;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public TargetClient connect(Aim aim, int inFlightMax) {
        return new KafkaTargetClient(endpoints, aim);
    }

    @Override
    public ServerProcess leaderOf(String channel) throws IOException {
        int partition = KafkaTargetClient.partitionOf(channel, plan.shards());
        try (Admin admin = admin()) {
            int leader = topic(admin)
                    .map(topic -> topic.partitions().get(partition).leader().id())
                    .orElseThrow(() -> new ClusterException("partition " + partition + " has no leader"));
            return brokers.get(leader);
        }
    }

    @Override
    public void awaitWhole() throws IOException {
        try (Admin admin = admin()) {
            Waiting.until("every replica in sync", WHOLE_WITHIN, () -> {
                checkAlive();
                return topic(admin).filter(RunningKafka::isWhole).isPresent();
            });
        }
    }

    private static boolean isWhole(TopicDescription topic) {
        return topic.partitions().stream()
                .allMatch(partition -> partition.leader() != null
                        && !partition.leader().isEmpty()
                        && partition.isr().size() == REPLICAS);
    }

    private static Optional<TopicDescription> topic(Admin admin) throws IOException {
        return get(admin.describeTopics(List.of(KafkaTarget.TOPIC)).allTopicNames())
                .map(topics -> topics.get(KafkaTarget.TOPIC));
    }

    private void checkAlive() throws IOException {
        for (ServerProcess broker : brokers) {
            broker.checkAlive();
        }
    }

    private Admin admin() {
        Properties config = new Properties();
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, endpoints);
        return Admin.create(config);
    }

    /** Empty while the brokers can't answer. */
    private static <T> Optional<T> get(KafkaFuture<T> future) throws IOException {
        try {
            return Optional.of(future.get(REQUEST_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException notYet) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while waiting for Kafka", e);
    }

    @Override
    public void close() {
        ServerProcess.stopAll(brokers);
    }
}
