package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.ClusterDirectory;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.ClusterState;
import dev.skein.systemtests.launch.Layout;
import dev.skein.systemtests.launch.NamespacePlan;
import dev.skein.systemtests.launch.NodeLaunch;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.systemtests.launch.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Skein: one region of three zones, a node each, as server processes that talk to each other directly, without the WAN emulator.
 *
 * @param name of Skein, or of Skein with something changed
 * @param moreJvmFlags for each server, after {@link #JVM_FLAGS}
 * @param only the one workload that it is for; empty: every one
 */
public record SkeinTarget(String name, List<String> moreJvmFlags, String only) implements Target {

    static final String NAMESPACE = "bench";

    /**
     * What docs/benchmarks.md says about the servers; the peers' brokers get as much or more. The C1 compiler only, as scripts/cluster
     * starts them: C2 takes a third of two cores for minutes and then gains little.
     */
    static final List<String> JVM_FLAGS = List.of(
            "-Xms256m",
            "-Xmx768m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseParallelGC",
            "-XX:MaxDirectMemorySize=256m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true");

    private static final String MAIN = "dev.skein.server.SkeinServerMain";
    private static final String REGION = "us";
    private static final int ZONES = 3;

    /** Jars of other systems' clients: servers run without them. */
    private static final List<String> NOT_OURS = List.of("kafka-clients", "jnats", "bcprov");

    @Override
    public List<Durability> durabilities() {
        return List.of(Durability.FSYNC_QUORUM, Durability.PAGE_CACHE);
    }

    @Override
    public boolean isSkein() {
        return true;
    }

    @Override
    public boolean suits(String workload) {
        return only.isEmpty() ? !SkeinRegionsTarget.WORKLOADS.contains(workload) : only.equals(workload);
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public RunningTarget start(TargetPlan plan, Progress progress) throws IOException {
        ClusterDirectory directory = new ClusterDirectory(plan.directory());
        directory.create();
        ClusterState state = Layout.assign(clusterPlan(plan), new Random());
        Layout.write(state, directory);
        List<ServerProcess> servers = new ArrayList<>();
        RunningSkein running = new RunningSkein(servers, state.nodes(), plan.shards());
        try {
            for (NodeRecord node : state.nodes()) {
                servers.add(launch(node, directory));
            }
            running.awaitWhole();
            return running;
        } catch (IOException | RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private ClusterPlan clusterPlan(TargetPlan plan) {
        Map<String, Object> more =
                Map.of("fsync", plan.durability() == Durability.FSYNC_QUORUM ? "always" : "interval", "voters", 3);
        NamespacePlan namespace = new NamespacePlan(NAMESPACE, plan.shards(), "ZONE", REGION, more);
        return ClusterPlan.of(List.of(REGION), ZONES, "none", plan.shards())
                .withNamespaces(List.of(namespace))
                .withLaunch(NodeLaunch.small());
    }

    private ServerProcess launch(NodeRecord node, ClusterDirectory directory) throws IOException {
        return launch(node, directory, moreJvmFlags);
    }

    /** Starts a node with flags after {@link #JVM_FLAGS}. */
    static ServerProcess launch(NodeRecord node, ClusterDirectory directory, List<String> moreJvmFlags)
            throws IOException {
        List<String> flags = new ArrayList<>(JVM_FLAGS);
        flags.addAll(moreJvmFlags);
        List<String> command = ServerProcess.java(
                flags,
                classPath(),
                MAIN,
                List.of("--config", directory.config(node.id()).toString()));
        Path log = directory.root().resolve("logs").resolve(node.id() + ".log");
        // JRaft's dump handler takes SIGUSR2, which the JVM wants for suspending threads: the JVM gets another one.
        Map<String, String> environment = Map.of("_JAVA_SR_SIGNUM", "40", "MALLOC_ARENA_MAX", "2");
        return ServerProcess.start(node.id(), command, environment, log);
    }

    /** Without other systems' jars. */
    static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> NOT_OURS.stream().noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
