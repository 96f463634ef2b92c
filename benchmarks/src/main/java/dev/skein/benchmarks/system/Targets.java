package dev.skein.benchmarks.system;

import dev.skein.core.Checks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** All targets. */
public final class Targets {

    /** The one that the others are compared with. */
    public static final String SKEIN = "skein";

    private final List<String> skeinJvmFlags;
    private final Path kafkaJars;

    /**
     * @param skeinJvmFlags more flags for Skein's servers
     * @param kafkaJars folder with Kafka's brokers, which may not exist
     */
    public Targets(List<String> skeinJvmFlags, Path kafkaJars) {
        this.skeinJvmFlags = List.copyOf(skeinJvmFlags);
        this.kafkaJars = kafkaJars;
    }

    public Target skein() {
        return new SkeinTarget(skeinJvmFlags, Map.of());
    }

    /** @throws IllegalArgumentException naming the known ones */
    public Target peer(String name) {
        return switch (name) {
            case "kafka" -> new KafkaTarget(kafkaJars);
            case "nats" -> new NatsTarget();
            default -> throw new IllegalArgumentException(Checks.text("peers", name, "kafka or nats"));
        };
    }

    /** What the transport alone could do, for the workloads that ask for it. */
    public List<Target> ceilings() {
        return List.of(new BareGrpcTarget());
    }
}
