package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.ClusterDirectory;
import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.ClusterState;
import dev.skein.systemtests.launch.Layout;
import dev.skein.systemtests.launch.NamespacePlan;
import dev.skein.systemtests.launch.NodeRecord;
import dev.skein.systemtests.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Skein in three regions of one node each, whose connections to each other go through the WAN emulator. The emulator is a process of its own and
 * counts as nobody's work.
 */
record SkeinRegionsTarget(List<String> moreJvmFlags) implements Target {

    /** The only ones that it is for. */
    static final Set<String> WORKLOADS = Set.of("regions", "socket-outage");

    static final List<String> REGIONS = List.of("us", "eu", "ap");

    /** Round trips between first and second, first and third, second and third region. */
    static final int[] RTT_MILLIS = {30, 60, 75};

    /** Chooses how patient the nodes are: the nearest that is known. The distances are our own. */
    private static final String TIMING = "atlantic";

    private static final List<String> WAN_FLAGS = List.of(
            "-Xms32m", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=128m");

    @Override
    public String name() {
        return Targets.SKEIN;
    }

    @Override
    public List<Durability> durabilities() {
        return List.of(Durability.FSYNC_QUORUM, Durability.PAGE_CACHE);
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public boolean isSkein() {
        return true;
    }

    @Override
    public boolean suits(String workload) {
        return WORKLOADS.contains(workload);
    }

    @Override
    public RunningTarget start(TargetPlan plan, Progress progress) throws IOException {
        ClusterDirectory directory = new ClusterDirectory(plan.directory());
        directory.create();
        ClusterState state = Layout.assign(clusterPlan(plan), new Random());
        Layout.write(state, directory);
        List<ServerProcess> servers = new ArrayList<>();
        ServerProcess wan = startWan(directory);
        RunningSkein cluster = new RunningSkein(servers, state.nodes(), plan.shards());
        RunningSkeinRegions running = new RunningSkeinRegions(cluster, wan, state.nodes());
        try {
            for (NodeRecord node : state.nodes()) {
                servers.add(SkeinTarget.launch(node, directory, flags(node)));
            }
            running.awaitHome();
            return running;
        } catch (IOException | RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private static ClusterPlan clusterPlan(TargetPlan plan) {
        Map<String, Object> more =
                Map.of("fsync", plan.durability() == Durability.FSYNC_QUORUM ? "always" : "interval", "voters", 3);
        NamespacePlan namespace =
                new NamespacePlan(SkeinTarget.NAMESPACE, plan.shards(), "REGION", REGIONS.get(0), more);
        return ClusterPlan.of(REGIONS, 1, TIMING, plan.shards()).withNamespaces(List.of(namespace));
    }

    private static ServerProcess startWan(ClusterDirectory directory) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add(directory.root().resolve("config").resolve("wan.json").toString());
        for (int first = 0; first < REGIONS.size(); first++) {
            for (int second = first + 1; second < REGIONS.size(); second++) {
                arguments.addAll(List.of(REGIONS.get(first), REGIONS.get(second), "" + rttMillis(first, second)));
            }
        }
        Path log = directory.root().resolve("logs").resolve("wan.log");
        List<String> command =
                ServerProcess.java(WAN_FLAGS, SkeinTarget.classPath(), DistancesMain.class.getName(), arguments);
        ServerProcess wan = ServerProcess.start("wan", command, Map.of(), log);
        try {
            wan.awaitLogged(DistancesMain.READY);
            return wan;
        } catch (IOException e) {
            wan.stop();
            throw e;
        }
    }

    /** Everything that the node dials goes through its door of the emulator. */
    private List<String> flags(NodeRecord node) {
        List<String> flags = new ArrayList<>(moreJvmFlags);
        flags.add("-Dhttps.proxyHost=127.0.0.1");
        flags.add("-Dhttps.proxyPort=" + node.proxyPort());
        flags.add("-Dhttp.nonProxyHosts=");
        return flags;
    }

    static int rttMillis(int first, int second) {
        return first == second ? 0 : RTT_MILLIS[first + second - 1];
    }
}
