package dev.skein.systemtests.launch;

import dev.skein.proto.admin.v1.LossForecast;
import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cluster for people, and the same for programs. */
final class ClusterTable {

    private static final String ROW = "%-12s %-8s %-5s %-9s %8s %7s %-17s %7s %9s%n";
    private static final long MEBIBYTE = 1 << 20;

    private ClusterTable() {}

    static String of(ClusterState state, Optional<StatusResponse> status) {
        StringBuilder text = new StringBuilder();
        text.append(ROW.formatted(
                "NODE", "REGION", "ZONE", "STATE", "PID", "RSS MiB", "CLIENT ENDPOINT", "LEADERS", "SESSIONS"));
        for (NodeRecord node : state.nodes()) {
            Optional<NodeStatus> known = of(node, status);
            text.append(ROW.formatted(
                    node.id(),
                    node.region(),
                    node.zone(),
                    stateOf(state, node),
                    node.isAlive() ? node.process().pid() : "-",
                    node.isAlive() ? node.process().residentBytes() / MEBIBYTE : "-",
                    node.client(),
                    known.map(it -> "" + it.getShardsLed()).orElse("-"),
                    known.map(it -> "" + it.getSessions()).orElse("-")));
        }
        text.append("%nwan: %s, emulator %s%s%n"
                .formatted(
                        state.plan().wan(),
                        state.emulator().isAlive() ? "pid " + state.emulator().pid() : "down",
                        state.partitions().isEmpty() ? "" : ", cut off: " + String.join(", ", state.partitions())));
        status.ifPresent(it -> it.getNamespacesList().forEach(namespace -> text.append(line(namespace))));
        return text.toString();
    }

    private static String line(NamespaceStatus namespace) {
        List<String> fatal = new ArrayList<>();
        namespace.getRegionsList().stream()
                .filter(region -> !region.getSurvives())
                .forEach(region -> fatal.add(region.getWhat()));
        return "namespace %s: %d of %d shards led, %d in home region %s; goal %s %s%s%n"
                .formatted(
                        namespace.getName(),
                        namespace.getShardsLed(),
                        namespace.getShards(),
                        namespace.getShardsLedAtHome(),
                        namespace.getHomeRegion(),
                        goal(namespace),
                        namespace.getGoalMet() ? "met" : "NOT met: " + namespace.getGoalText(),
                        !namespace.getGoalMet() || fatal.isEmpty()
                                ? ""
                                : "; would not survive losing " + String.join(", ", fatal));
    }

    private static String goal(NamespaceStatus namespace) {
        return namespace.getSurvivalGoal().name().replace("SURVIVAL_GOAL_", "");
    }

    static Map<String, Object> toJson(ClusterState state, Optional<StatusResponse> status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", state.plan().name());
        json.put("wan", state.plan().wan());
        json.put("running", state.isRunning());
        json.put("partitions", state.partitions());
        json.put(
                "emulator",
                Map.of("pid", state.emulator().pid(), "alive", state.emulator().isAlive()));
        json.put(
                "nodes",
                state.nodes().stream()
                        .map(node -> json(state, node, of(node, status)))
                        .toList());
        json.put(
                "namespaces",
                status.map(it -> it.getNamespacesList().stream()
                                .map(ClusterTable::json)
                                .toList())
                        .orElse(List.of()));
        return json;
    }

    private static Map<String, Object> json(ClusterState state, NodeRecord node, Optional<NodeStatus> known) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", node.id());
        json.put("region", node.region());
        json.put("zone", node.zone());
        json.put("state", stateOf(state, node));
        json.put("pid", node.isAlive() ? node.process().pid() : 0);
        json.put("rssBytes", node.isAlive() ? node.process().residentBytes() : 0);
        json.put("client", node.client());
        json.put("peer", node.peer());
        json.put("metrics", node.metrics());
        json.put("edge", node.edge());
        known.ifPresent(it -> {
            json.put("gossip", it.getState());
            json.put("quarantined", it.getQuarantined());
            json.put("shardsLed", it.getShardsLed());
            json.put("sessions", it.getSessions());
        });
        return json;
    }

    private static Map<String, Object> json(NamespaceStatus namespace) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", namespace.getName());
        json.put("survivalGoal", goal(namespace));
        json.put("fsync", namespace.getFsync().name().replace("FSYNC_MODE_", ""));
        json.put("homeRegion", namespace.getHomeRegion());
        json.put("shards", namespace.getShards());
        json.put("shardsLed", namespace.getShardsLed());
        json.put("shardsLedAtHome", namespace.getShardsLedAtHome());
        json.put("goalMet", namespace.getGoalMet());
        json.put("goalText", namespace.getGoalText());
        Map<String, Boolean> survives = new LinkedHashMap<>();
        for (LossForecast region : namespace.getRegionsList()) {
            survives.put(region.getWhat(), region.getSurvives());
        }
        json.put("survivesLossOf", survives);
        return json;
    }

    private static String stateOf(ClusterState state, NodeRecord node) {
        boolean cut = node.isServing() && state.isPartitioned(node);
        return cut ? "cut off" : node.state();
    }

    private static Optional<NodeStatus> of(NodeRecord node, Optional<StatusResponse> status) {
        return status.flatMap(it -> it.getNodesList().stream()
                .filter(known -> known.getNode().equals(node.id()))
                .findFirst());
    }
}
