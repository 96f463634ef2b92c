package dev.skein.server.console;

import dev.skein.proto.admin.v1.LossForecast;
import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import dev.skein.proto.gossip.v1.MeasuredRtt;
import dev.skein.router.RouterNode.MemberState;
import dev.skein.router.RouterNode.MemberView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state as the pages read it: maps and lists for JSON.
 *
 * @param status the cluster, with every shard
 * @param members what gossip knows of each node
 */
record Document(StatusResponse status, List<MemberView> members) {

    private static final double MICROS_A_MILLI = 1_000;

    Map<String, Object> write(long nowMs, Map<String, List<Double>> lines, List<Happenings.Happening> happenings) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("timeMs", nowMs);
        document.put("cluster", status.getClusterName());
        document.put("node", status.getAnsweredBy());
        document.put("control", status.getControl().getLeader());
        document.put("regions", regions());
        document.put("links", links());
        document.put(
                "namespaces",
                status.getNamespacesList().stream().map(Document::namespace).toList());
        document.put("lines", lines);
        document.put(
                "events",
                happenings.stream()
                        .map(each -> Map.of(
                                "timeMs", each.timeMs(), "kind", each.kind(), "good", each.good(), "text", each.text()))
                        .toList());
        return document;
    }

    private List<Map<String, Object>> regions() {
        Map<String, List<NodeStatus>> byRegion = new TreeMap<>();
        status.getNodesList().stream()
                .filter(node -> !node.getRegion().isEmpty())
                .forEach(node -> byRegion.computeIfAbsent(node.getRegion(), name -> new ArrayList<>())
                        .add(node));
        List<Map<String, Object>> regions = new ArrayList<>();
        byRegion.forEach((name, nodes) -> regions.add(Map.of(
                "name", name,
                "health", health(nodes),
                "shardsLed", nodes.stream().mapToInt(Document::shardsLed).sum(),
                "sessions",
                        nodes.stream()
                                .filter(Document::isAlive)
                                .mapToInt(NodeStatus::getSessions)
                                .sum(),
                "nodes", nodes.stream().map(Document::node).toList())));
        return regions;
    }

    private static String health(List<NodeStatus> nodes) {
        List<NodeStatus> alive = nodes.stream().filter(Document::isAlive).toList();
        boolean sound = nodes.stream()
                .allMatch(node -> isAlive(node)
                        && !node.getDraining()
                        && node.getDisk().isEmpty()
                        && node.getQuarantined().isEmpty());
        if (alive.isEmpty()) {
            return "lost";
        }
        return sound ? "healthy" : alive.stream().allMatch(NodeStatus::getDraining) ? "draining" : "degraded";
    }

    private static boolean isAlive(NodeStatus node) {
        return node.getState().equals("alive");
    }

    /** A dead node's last word doesn't count. */
    private static int shardsLed(NodeStatus node) {
        return isAlive(node) ? node.getShardsLed() : 0;
    }

    private static Map<String, Object> node(NodeStatus node) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("name", node.getNode());
        written.put("zone", node.getZone());
        written.put("state", node.getState());
        written.put("draining", node.getDraining());
        written.put("trouble", node.getQuarantined().isEmpty() ? node.getDisk() : node.getQuarantined());
        written.put("edge", node.getEdge());
        written.put("shardsLed", shardsLed(node));
        written.put("replicas", node.getReplicas());
        written.put("sessions", isAlive(node) ? node.getSessions() : 0);
        written.put("rssBytes", node.getRssBytes());
        return written;
    }

    /** Round trips between regions, as the living nodes of either measured them: the least of them. */
    private List<Map<String, Object>> links() {
        Map<List<String>, Double> least = new LinkedHashMap<>();
        for (MemberView member : members) {
            if (member.state() != MemberState.ALIVE) {
                continue;
            }
            String from = member.record().getRegion();
            for (MeasuredRtt rtt : member.record().getRttsList()) {
                if (!rtt.getRegion().equals(from)) {
                    List<String> pair = List.copyOf(new TreeSet<>(List.of(from, rtt.getRegion())));
                    least.merge(pair, rtt.getSmoothedMicros() / MICROS_A_MILLI, Math::min);
                }
            }
        }
        List<Map<String, Object>> links = new ArrayList<>();
        least.forEach((pair, millis) ->
                links.add(Map.of("from", pair.get(0), "to", pair.get(1), "rttMs", Math.round(millis * 10) / 10.0)));
        return links;
    }

    private static Map<String, Object> namespace(NamespaceStatus namespace) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("name", namespace.getName());
        written.put("survivalGoal", word(namespace.getSurvivalGoal(), "SURVIVAL_GOAL_"));
        written.put("fsync", word(namespace.getFsync(), "FSYNC_MODE_"));
        written.put("homeRegion", namespace.getHomeRegion());
        written.put("shards", namespace.getShards());
        written.put("shardsLed", namespace.getShardsLed());
        written.put("shardsLedAtHome", namespace.getShardsLedAtHome());
        written.put("goalMet", namespace.getGoalMet());
        written.put("goalText", namespace.getGoalText());
        written.put(
                "losses",
                namespace.getRegionsList().stream().map(Document::loss).toList());
        written.put(
                "leaders",
                namespace.getShardStatusList().stream()
                        .map(ShardStatus::getLeader)
                        .toList());
        return written;
    }

    private static Map<String, Object> loss(LossForecast loss) {
        return Map.of("region", loss.getWhat(), "survives", loss.getSurvives(), "shardsLost", loss.getShardsLost());
    }

    private static String word(Enum<?> value, String prefix) {
        return value.name().replace(prefix, "").toLowerCase(Locale.ROOT);
    }
}
