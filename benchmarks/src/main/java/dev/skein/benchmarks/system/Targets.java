package dev.skein.benchmarks.system;

import dev.skein.core.Checks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All targets. */
public final class Targets {

    /** The one that the others are compared with. */
    public static final String SKEIN = "skein";

    /** How much longer each fdatasync of {@code skein-slow} takes. */
    private static final int SLOW_SYNC_MICROS = 2_000;

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
        return new SkeinTarget(SKEIN, skeinJvmFlags, "");
    }

    /** Skein in circumstances that one workload is about. */
    public List<Target> variants() {
        List<String> slow = new ArrayList<>(skeinJvmFlags);
        slow.add("-Dskein.nodelog.slowSyncMicros=" + SLOW_SYNC_MICROS);
        return List.of(new SkeinTarget(SKEIN + "-slow", slow, "slow-disk"), new SkeinRegionsTarget(skeinJvmFlags));
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
