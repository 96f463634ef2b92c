package dev.skein.systemtests.launch;

import dev.skein.core.Checks;
import dev.skein.systemtests.wan.WanProfile;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What cluster to start: one node a zone and region, named {@code REGION-ZONE}.
 *
 * @param name of the cluster
 * @param regions in order of preference
 * @param zones a region, called a, b, c ...
 * @param wan a word of {@link WanProfile}; it also chooses the cluster's timing
 * @param namespaces created at first start
 * @param basePort first of a block of ports; 0: a free block
 * @param launch how node processes are run
 */
public record ClusterPlan(
        String name,
        List<String> regions,
        int zones,
        String wan,
        List<NamespacePlan> namespaces,
        int basePort,
        NodeLaunch launch) {

    private static final int ZONES_MAX = 9;
    private static final int REGIONS_MAX = 16;

    public ClusterPlan {
        Checks.check(
                !regions.isEmpty() && regions.size() <= REGIONS_MAX,
                "regions",
                regions,
                "1 to " + REGIONS_MAX + " names");
        Checks.check(new HashSet<>(regions).size() == regions.size(), "regions", regions, "different names");
        for (String region : regions) {
            Checks.check(region.matches("[a-z][a-z0-9-]{0,31}"), "region", region, "lower-case letters, digits or '-'");
        }
        Checks.check(zones >= 1 && zones <= ZONES_MAX, "zones", zones, "1 to " + ZONES_MAX);
        Checks.check(basePort >= 0 && basePort <= 60_000, "base-port", basePort, "0 to 60000");
        WanProfile.named(wan);
        regions = List.copyOf(regions);
        namespaces = List.copyOf(namespaces);
    }

    /** Three regions with one namespace {@code default}, survival goal by the number of regions. */
    public static ClusterPlan of(List<String> regions, int zones, String wan, int shards) {
        String goal = regions.size() >= 3 ? "REGION" : "ZONE";
        String home = regions.isEmpty() ? "" : regions.get(0);
        NamespacePlan namespace = new NamespacePlan("default", shards, goal, home, Map.of());
        return new ClusterPlan("local", regions, zones, wan, List.of(namespace), 0, NodeLaunch.small());
    }

    public ClusterPlan withName(String name) {
        return new ClusterPlan(name, regions, zones, wan, namespaces, basePort, launch);
    }

    public ClusterPlan withWan(String wan) {
        return new ClusterPlan(name, regions, zones, wan, namespaces, basePort, launch);
    }

    public ClusterPlan withNamespaces(List<NamespacePlan> namespaces) {
        return new ClusterPlan(name, regions, zones, wan, namespaces, basePort, launch);
    }

    public ClusterPlan withBasePort(int basePort) {
        return new ClusterPlan(name, regions, zones, wan, namespaces, basePort, launch);
    }

    public ClusterPlan withLaunch(NodeLaunch launch) {
        return new ClusterPlan(name, regions, zones, wan, namespaces, basePort, launch);
    }

    /** Names of the nodes. */
    public List<String> nodes() {
        return regions.stream()
                .flatMap(region -> IntStream.range(0, zones).mapToObj(index -> node(region, index)))
                .toList();
    }

    static String node(String region, int zone) {
        return region + "-" + zoneName(zone);
    }

    /** What must not change once data exists: the cluster's identity is made of it. */
    Map<String, Object> shape() {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("regions", String.join(",", regions));
        shape.put("zones", zones);
        shape.put("wan", wan);
        namespaces.forEach(namespace -> shape.put("shards of " + namespace.name(), namespace.shards()));
        return shape;
    }

    static String zoneName(int index) {
        return String.valueOf((char) ('a' + index));
    }
}
