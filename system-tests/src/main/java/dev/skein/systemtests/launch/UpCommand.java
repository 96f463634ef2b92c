package dev.skein.systemtests.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Starts a cluster and waits until it is of use. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts one server process per zone and region, and waits until every shard has a leader.")
final class UpCommand implements Callable<Integer> {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");
    private static final int ZONES = 3;
    private static final int SHARDS = 24;

    @ParentCommand
    private ClusterMain cluster = new ClusterMain();

    @Option(names = "--regions", split = ",", paramLabel = "NAME", description = "In order of preference (us,eu,ap).")
    private @Nullable List<String> regions;

    @Option(names = "--zones", paramLabel = "N", description = "Zones a region, one node each (3).")
    private @Nullable Integer zones;

    @Option(names = "--wan", paramLabel = "PROFILE", description = "none, close, atlantic or global (none).")
    private @Nullable String wan;

    @Option(names = "--shards", paramLabel = "N", description = "Shards of the namespace 'default' (24).")
    private @Nullable Integer shards;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            description = "First of a block of ports (0: any free block; used when the cluster is new).")
    private int basePort;

    @Option(names = "--heap", paramLabel = "MIB", description = "Java heap of a node (160).")
    private @Nullable Integer heapMegabytes;

    @Option(names = "--java-opt", paramLabel = "FLAG", description = "One more JVM flag for every node; repeatable.")
    private @Nullable List<String> javaOptions;

    @Option(names = "--node-main", paramLabel = "CLASS", hidden = true, description = "Stands in for the server.")
    private @Nullable String nodeMain;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for leaders (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds = 120;

    @Override
    public Integer call() throws IOException {
        long start = System.nanoTime();
        ClusterPlan plan = plan(new ClusterDirectory(cluster.data()).read().map(ClusterState::plan));
        LocalCluster running = LocalCluster.launch(plan, cluster.data(), ClusterMain.toTerminal());
        System.err.println("waiting for a leader of every shard");
        Duration ledAfterReady = running.waitUntilAllLed(Duration.ofSeconds(timeoutSeconds));
        System.out.print(ClusterTable.of(running.state(), Optional.of(running.status(false))));
        System.out.printf(
                Locale.ROOT,
                "%nall shards led %.1f s after the start, %.1f s after the last node was ready%n",
                (System.nanoTime() - start) / 1e9,
                ledAfterReady.toMillis() / 1e3);
        for (String region : running.state().plan().regions()) {
            running.edges(region).stream()
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(edge ->
                            System.out.println("console as " + region + " sees it: http://" + edge + "/console"));
        }
        System.out.println("data, logs and configuration: " + running.directory());
        return 0;
    }

    /** What is not said stays as it was, or is the default. */
    private ClusterPlan plan(Optional<ClusterPlan> old) {
        ClusterPlan from = old.orElseGet(() -> ClusterPlan.of(
                regions == null ? REGIONS : regions,
                zones == null ? ZONES : zones,
                wan == null ? "none" : wan,
                shards == null ? SHARDS : shards));
        return new ClusterPlan(
                from.name(),
                regions == null ? from.regions() : regions,
                zones == null ? from.zones() : zones,
                wan == null ? from.wan() : wan,
                shards == null ? from.namespaces() : withShards(from.namespaces(), shards),
                basePort == 0 ? from.basePort() : basePort,
                launch(from.launch()));
    }

    private static List<NamespacePlan> withShards(List<NamespacePlan> namespaces, int shards) {
        return namespaces.stream()
                .map(namespace -> new NamespacePlan(
                        namespace.name(), shards, namespace.survivalGoal(), namespace.homeRegion(), namespace.more()))
                .toList();
    }

    private NodeLaunch launch(NodeLaunch from) {
        NodeLaunch launch = heapMegabytes == null ? from : from.withHeapMegabytes(heapMegabytes);
        launch = nodeMain == null ? launch : launch.withMain(nodeMain);
        return javaOptions == null ? launch : launch.withMoreJvmFlags(javaOptions);
    }
}
