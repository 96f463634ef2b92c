package dev.skein.server.config;

import dev.skein.core.Limits;
import dev.skein.core.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The part that is the same on every node. {@link #hash()} is compared when a node joins.
 *
 * @param name the cluster's name
 * @param regions in order of preference; the first is the default home region
 * @param timing how patient Raft is
 * @param nodes founding members
 * @param namespaces created when the cluster first starts
 */
public record ClusterConfig(
        String name, List<String> regions, Timing timing, List<NodeEntry> nodes, List<NamespaceConfig> namespaces) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final int REGIONS_MAX = 16;
    private static final int NODES_MAX = 256;

    public ClusterConfig {
        regions = List.copyOf(regions);
        nodes = List.copyOf(nodes);
        namespaces = List.copyOf(namespaces);
    }

    static ClusterConfig read(Section section) {
        String name = section.text(
                "name", NAME.asMatchPredicate(), "1 to 32 lower-case letters, digits or '-', starting with a letter");
        List<String> regions = section.texts("regions", NodeEntry.PLACE, NodeEntry.PLACE_EXPECTED);
        Timing timing = Timing.read(section);
        List<NodeEntry> nodes =
                section.sections("nodes").stream().map(NodeEntry::read).toList();
        List<NamespaceConfig> namespaces = section.sections("namespaces").stream()
                .map(namespace -> NamespaceConfig.read(namespace, regions))
                .toList();
        boolean noneNamed = !section.has("namespaces") && !regions.isEmpty();
        ClusterConfig cluster = new ClusterConfig(
                name, regions, timing, nodes, noneNamed ? List.of(NamespaceConfig.standard(regions)) : namespaces);
        section.refuseUnknownKeys();
        cluster.check(section);
        return cluster;
    }

    /** The founding member of that id. */
    public Optional<NodeEntry> node(NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }

    /** Identity of the meaning of this part: SHA-256, in hex, over every value with defaults filled in. */
    public String hash() {
        return ClusterHash.of(this);
    }

    /** Name of the cluster with enough of the hash to tell two clusters of one name apart. */
    public String id() {
        return name + "-" + hash().substring(0, 12);
    }

    private void check(Section section) {
        checkCounts(section);
        checkRegions(section);
        checkNodes(section);
        checkNamespaces(section);
    }

    private void checkCounts(Section section) {
        Problems problems = section.problems();
        if (regions.isEmpty() || regions.size() > REGIONS_MAX) {
            problems.add(section.name("regions"), regions.size() + " regions", "1 to " + REGIONS_MAX + " regions");
        }
        if (nodes.isEmpty() || nodes.size() > NODES_MAX) {
            problems.add(section.name("nodes"), nodes.size() + " nodes", "1 to " + NODES_MAX + " founding nodes");
        }
        if (namespaces.size() > Limits.NAMESPACES_MAX) {
            problems.add(
                    section.name("namespaces"), namespaces.size(), "at most " + Limits.NAMESPACES_MAX + " namespaces");
        }
    }

    private void checkRegions(Section section) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < regions.size(); i++) {
            if (!seen.add(regions.get(i))) {
                section.problems().add(section.name("regions[" + i + "]"), regions.get(i), "each region once");
            }
        }
    }

    private void checkNodes(Section section) {
        Map<NodeId, String> ids = new HashMap<>();
        Map<String, String> addresses = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            NodeEntry node = nodes.get(i);
            String path = section.name("nodes[" + i + "]");
            if (node.id() != NodeEntry.NO_ID) {
                refuseSecond(section, ids, node.id(), path + ".id");
            }
            if (!node.region().isEmpty() && !regions.contains(node.region())) {
                section.problems().add(path + ".region", node.region(), "one of " + String.join(", ", regions));
            }
            refuseSecond(section, addresses, node.peer(), path + ".peer");
            refuseSecond(section, addresses, node.client(), path + ".client");
        }
    }

    private void checkNamespaces(Section section) {
        Map<String, String> names = new HashMap<>();
        long regionsWithNodes = nodes.stream().map(NodeEntry::region).distinct().count();
        for (int i = 0; i < namespaces.size(); i++) {
            NamespaceConfig namespace = namespaces.get(i);
            String path = section.name("namespaces[" + i + "]");
            refuseSecond(section, names, namespace.name(), path + ".name");
            if (namespace.survivalGoal() == NamespaceConfig.Goal.REGION && regionsWithNodes < 3) {
                section.problems()
                        .add(path + ".survivalGoal", "region", "nodes in at least 3 regions, have " + regionsWithNodes);
            }
        }
    }

    private static <K> void refuseSecond(Section section, Map<K, String> seen, K value, String name) {
        if (value.toString().isEmpty()) {
            return;
        }
        String first = seen.putIfAbsent(value, name);
        if (first != null) {
            section.problems().add(name, value, "each once, also at " + first);
        }
    }
}
