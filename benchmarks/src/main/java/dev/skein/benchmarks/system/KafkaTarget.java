package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.ClusterException;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Kafka: three brokers that are also the controllers, one topic with a partition per shard, three replicas, {@code min.insync.replicas} 2 and
 * {@code acks=all}. A channel is a key.
 *
 * @param jars the brokers' class path, a folder apart from ours
 */
record KafkaTarget(Path jars) implements Target {

    static final String TOPIC = "bench";

    private static final int BROKERS = 3;
    private static final String HOST = "127.0.0.1:";
    private static final List<String> JVM_FLAGS = List.of(
            "-Xms512m",
            "-Xmx1g",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-Djava.awt.headless=true");

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public List<Durability> durabilities() {
        return List.of(Durability.FSYNC_QUORUM, Durability.PAGE_CACHE);
    }

    @Override
    public Optional<String> missing() {
        return Files.isDirectory(jars)
                ? Optional.empty()
                : Optional.of("not installed (mvn -f benchmarks/kafka/pom.xml dependency:copy-dependencies)");
    }

    @Override
    public RunningTarget start(TargetPlan plan, Progress progress) throws IOException {
        int[] ports = FreePorts.take(2 * BROKERS);
        List<ServerProcess> brokers = new ArrayList<>();
        String endpoints = IntStream.range(0, BROKERS)
                .mapToObj(broker -> HOST + ports[2 * broker])
                .collect(Collectors.joining(","));
        RunningKafka running = new RunningKafka(brokers, endpoints, plan);
        try {
            String clusterId = "c2tlaW4tYmVuY2htYXJrcw";
            for (int broker = 0; broker < BROKERS; broker++) {
                Path config = configure(broker, ports, plan.directory());
                format(config, clusterId, plan.directory());
                brokers.add(launch(broker, config, plan.directory()));
            }
            running.createTopic();
            running.awaitWhole();
            return running;
        } catch (IOException | RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private static Path configure(int broker, int[] ports, Path directory) throws IOException {
        String voters = IntStream.range(0, BROKERS)
                .mapToObj(each -> each + "@" + HOST + ports[2 * each + 1])
                .collect(Collectors.joining(","));
        Properties config = new Properties();
        config.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "" + broker,
                "controller.quorum.voters", voters,
                "listeners",
                        "PLAINTEXT://" + HOST + ports[2 * broker] + ",CONTROLLER://" + HOST + ports[2 * broker + 1],
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "controller.listener.names", "CONTROLLER",
                "inter.broker.listener.name", "PLAINTEXT",
                "log.dirs", directory.resolve("data-" + broker).toString(),
                "auto.create.topics.enable", "false"));
        config.putAll(Map.of(
                "offsets.topic.replication.factor", "3",
                "num.network.threads", "3",
                "num.io.threads", "4",
                "num.replica.fetchers", "2",
                "log.retention.ms", "-1"));
        Path file = directory.resolve("broker-" + broker + ".properties");
        try (Writer out = Files.newBufferedWriter(file)) {
            config.store(out, null);
        }
        return file;
    }

    private void format(Path config, String clusterId, Path directory) throws IOException {
        List<String> command = ServerProcess.java(
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                classPath(),
                "kafka.tools.StorageTool",
                List.of("format", "-t", clusterId, "-c", config.toString()));
        Path log = directory.resolve("format.log");
        int exit = ServerProcess.run(command, log);
        if (exit != 0) {
            throw new ClusterException("formatting Kafka's storage failed:\n" + Files.readString(log));
        }
    }

    private ServerProcess launch(int broker, Path config, Path directory) throws IOException {
        List<String> command = ServerProcess.java(JVM_FLAGS, classPath(), "kafka.Kafka", List.of(config.toString()));
        return ServerProcess.start("kafka-" + broker, command, Map.of(), directory.resolve("kafka-" + broker + ".log"));
    }

    private String classPath() {
        return jars.resolve("*").toString();
    }
}
