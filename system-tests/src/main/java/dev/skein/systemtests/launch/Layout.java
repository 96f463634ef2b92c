package dev.skein.systemtests.launch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.skein.systemtests.wan.Place;
import dev.skein.systemtests.wan.PlaceKind;
import dev.skein.systemtests.wan.WanPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** From a plan to addresses and files. */
public final class Layout {

    /** Peer, client, metrics, edge, proxy. */
    private static final int PORTS_A_NODE = 5;

    private Layout() {}

    /** Gives every node and every region's clients their ports. */
    public static ClusterState assign(ClusterPlan plan, RandomGenerator random) throws IOException {
        int size = plan.regions().size() * (plan.zones() * PORTS_A_NODE + 1) + 1;
        int base = plan.basePort();
        if (base == 0) {
            base = Ports.freeBlock(size, random);
        } else {
            Ports.checkFree(base, size);
        }
        int port = base + 1;
        Map<String, Integer> clients = new LinkedHashMap<>();
        for (String region : plan.regions()) {
            clients.put(region, port++);
        }
        List<NodeRecord> nodes = nodes(plan, port);
        return new ClusterState(plan, OwnedProcess.NONE, base, clients, nodes, List.of());
    }

    private static List<NodeRecord> nodes(ClusterPlan plan, int firstPort) {
        List<NodeRecord> nodes = new ArrayList<>();
        int port = firstPort;
        for (String region : plan.regions()) {
            for (int index = 0; index < plan.zones(); index++) {
                String zone = ClusterPlan.zoneName(index);
                String id = ClusterPlan.node(region, index);
                String host = plan.launch().lodging(id).host() + ":";
                nodes.add(new NodeRecord(
                        id,
                        region,
                        zone,
                        host + port,
                        host + (port + 1),
                        host + (port + 2),
                        host + (port + 3),
                        port + 4,
                        OwnedProcess.NONE,
                        false,
                        false));
                port += PORTS_A_NODE;
            }
        }
        return nodes;
    }

    /** Writes every node's configuration and the emulator's plan. */
    public static void write(ClusterState state, ClusterDirectory directory) throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        for (NodeRecord node : state.nodes()) {
            Map<String, Object> config = new LinkedHashMap<>();
            config.put("cluster", clusterPart(state));
            config.put("node", nodePart(state, node, directory));
            yaml.writeValue(directory.config(node.id()).toFile(), config);
        }
        new ObjectMapper().writeValue(directory.wanPlan().toFile(), wanPlan(state));
    }

    private static Map<String, Object> clusterPart(ClusterState state) {
        ClusterPlan plan = state.plan();
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("name", plan.name());
        cluster.put("regions", plan.regions());
        cluster.put("timing", plan.wan().equals("none") ? "lan" : plan.wan());
        cluster.put("nodes", state.nodes().stream().map(Layout::member).toList());
        cluster.put(
                "namespaces",
                plan.namespaces().stream().map(NamespacePlan::toConfig).toList());
        return cluster;
    }

    private static Map<String, Object> member(NodeRecord node) {
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("id", node.id());
        member.put("region", node.region());
        member.put("zone", node.zone());
        member.put("peer", node.peer());
        member.put("client", node.client());
        return member;
    }

    private static Map<String, Object> nodePart(ClusterState state, NodeRecord node, ClusterDirectory directory) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("id", node.id());
        part.put("transport", "plaintext");
        part.put("dataDirectory", directory.data(node.id()).toString());
        part.put("metrics", node.metrics());
        if (node.edge() != null) {
            // The console of one node opens a chat at another.
            part.put("edge", Map.of("listen", node.edge(), "origins", List.of("http://127.0.0.1:*")));
        }
        part.putAll(state.plan().launch().nodeSettings());
        return part;
    }

    private static WanPlan wanPlan(ClusterState state) {
        List<Place> places = new ArrayList<>();
        for (NodeRecord node : state.nodes()) {
            List<String> addresses = List.of(node.peer(), node.client());
            places.add(new Place(node.id(), PlaceKind.NODE, node.region(), node.zone(), addresses, node.proxyPort()));
        }
        state.clientProxies().forEach((region, port) -> places.add(Place.clients(region, port)));
        return new WanPlan(state.plan().regions(), state.plan().wan(), null, 0, 1, places);
    }
}
