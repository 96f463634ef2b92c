package dev.skein.systemtests.cluster;

import dev.skein.systemtests.launch.ClusterPlan;
import dev.skein.systemtests.launch.NamespacePlan;
import dev.skein.systemtests.launch.NodeLaunch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What cluster a test wants: {@code aCluster().withRegions("us", "eu", "ap").withSurvivalGoal("REGION").start(directory)}. All nodes run
 * in this JVM, without a WAN between them; for processes and distances see {@link dev.skein.systemtests.launch.LocalCluster}.
 */
public final class ClusterRecipe {

    private List<String> regions = List.of("us", "eu", "ap");
    private int zones = 1;
    private String survivalGoal = "";
    private int shards = 4;
    private final Map<String, Object> namespaceSettings = new LinkedHashMap<>();
    private final Map<String, Object> nodeSettings = new LinkedHashMap<>();

    private ClusterRecipe() {}

    /** Three regions of one zone, four shards. */
    public static ClusterRecipe aCluster() {
        return new ClusterRecipe();
    }

    public ClusterRecipe withRegions(String... names) {
        regions = List.of(names);
        return this;
    }

    public ClusterRecipe withZones(int zonesOfARegion) {
        zones = zonesOfARegion;
        return this;
    }

    /** {@code REGION} or {@code ZONE}; by default REGION with three or more regions. */
    public ClusterRecipe withSurvivalGoal(String goal) {
        survivalGoal = goal;
        return this;
    }

    public ClusterRecipe withShards(int count) {
        shards = count;
        return this;
    }

    /** One more setting of the namespace {@code default}, as the configuration file has it. */
    public ClusterRecipe withNamespaceSetting(String key, Object value) {
        namespaceSettings.put(key, value);
        return this;
    }

    /** One more setting of every node, as the configuration file has it. */
    public ClusterRecipe withNodeSetting(String key, Object value) {
        nodeSettings.put(key, value);
        return this;
    }

    /** Starts it and waits until every shard is led. */
    public RunningCluster start(Path directory) throws IOException {
        ClusterPlan plan = ClusterPlan.of(regions, zones, "none", shards);
        NamespacePlan standard = plan.namespaces().get(0);
        NamespacePlan namespace = new NamespacePlan(
                standard.name(),
                shards,
                survivalGoal.isEmpty() ? standard.survivalGoal() : survivalGoal,
                standard.homeRegion(),
                namespaceSettings);
        NodeLaunch launch = NodeLaunch.small().withNodeSettings(nodeSettings);
        return RunningCluster.start(plan.withNamespaces(List.of(namespace)).withLaunch(launch), directory);
    }
}
