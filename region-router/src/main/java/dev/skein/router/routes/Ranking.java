package dev.skein.router.routes;

import dev.skein.proto.client.v1.NodeRoute;
import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.RegionRtt;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Orders regions and nodes for one client. A pure function of view and request. */
public final class Ranking {

    /** Round trip of a client to its own region while nothing better is known. */
    private static final long OWN_REGION_MICROS = 500;

    private final RoutingRules rules;

    public Ranking(RoutingRules rules) {
        this.rules = rules;
    }

    /**
     * Answers a client.
     *
     * @param client stands for the client in all spreading; usually its id
     * @param current the region it is attached to; empty: none
     */
    public RouteTable resolve(RouteView view, ResolveRequest request, String client, String current) {
        Set<String> failed = new HashSet<>(request.getFailedNodesList());
        Map<String, Long> rtts = rtts(view, request);
        List<RegionView> order = order(view, rtts, failed, current);
        RouteTable.Builder table = RouteTable.newBuilder()
                .setVersion(view.version())
                .setClusterId(view.clusterId())
                .setAnsweredBy(view.self())
                .setSlotMs(slotMillis(view, order, client, current, failed));
        for (RegionView region : order) {
            table.addRegions(route(region, rtts.getOrDefault(region.region(), 0L), client, failed));
        }
        return table.build();
    }

    private List<RegionView> order(RouteView view, Map<String, Long> rtts, Set<String> failed, String current) {
        List<RegionView> order = new ArrayList<>(view.regions());
        order.sort(Comparator.comparing((RegionView r) -> tier(r, failed, current))
                .thenComparingLong(r -> rtts.getOrDefault(r.region(), Long.MAX_VALUE))
                .thenComparing(RegionView::region));
        Optional<RegionView> present = view.region(current);
        if (present.isPresent() && keeps(present.get(), order.get(0), rtts, failed)) {
            order.remove(present.get());
            order.add(0, present.get());
        }
        return order;
    }

    /** Whether the client stays where it is although another region comes first. */
    private boolean keeps(RegionView present, RegionView best, Map<String, Long> rtts, Set<String> failed) {
        if (tier(present, failed, present.region()) != Tier.GOOD) {
            return false;
        }
        Long presentMicros = rtts.get(present.region());
        Long bestMicros = rtts.get(best.region());
        if (presentMicros == null || bestMicros == null) {
            return true;
        }
        long needed = Math.max(rules.betterBy().toNanos() / 1_000, presentMicros * rules.betterByPercent() / 100);
        return presentMicros - bestMicros < needed;
    }

    /** An overloaded region takes no newcomers but keeps its clients: sending them away would only move the load. */
    private static Tier tier(RegionView region, Set<String> failed, String current) {
        return switch (region.health()) {
            case REGION_HEALTH_HEALTHY -> reachable(region, failed) ? Tier.GOOD : Tier.UNREACHED;
            case REGION_HEALTH_OVERLOADED ->
                region.region().equals(current) && reachable(region, failed) ? Tier.GOOD : Tier.OVERLOADED;
            case REGION_HEALTH_DRAINING -> Tier.DRAINING;
            case REGION_HEALTH_SUSPECT -> Tier.SUSPECT;
            case REGION_HEALTH_DEAD, REGION_HEALTH_UNSPECIFIED, UNRECOGNIZED -> Tier.DEAD;
        };
    }

    /** Whether some node there is believed alive and hasn't just failed this client. */
    private static boolean reachable(RegionView region, Set<String> failed) {
        for (NodeView node : region.nodes()) {
            boolean alive = node.usable() || node.standing() == NodeView.Standing.OVERLOADED;
            if (alive && !failed.contains(node.node())) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Long> rtts(RouteView view, ResolveRequest request) {
        Map<String, Long> probes = new HashMap<>();
        for (RegionRtt probe : request.getProbesList()) {
            if (probe.getRttMicros() > 0) {
                probes.put(probe.getRegion(), probe.getRttMicros());
            }
        }
        String from = standpoint(view, request, probes);
        Map<String, Long> rtts = new HashMap<>();
        for (RegionView region : view.regions()) {
            String to = region.region();
            Long probe = probes.get(to);
            if (probe != null) {
                rtts.put(to, probe);
            } else {
                view.rtts().smoothedMicros(from, to).ifPresent(micros -> rtts.put(to, micros));
            }
        }
        if (view.region(from).isPresent()) {
            rtts.putIfAbsent(from, OWN_REGION_MICROS);
        }
        return rtts;
    }

    /** Where the client is: where it says, else where its probes are shortest, else where it asked. */
    private static String standpoint(RouteView view, ResolveRequest request, Map<String, Long> probes) {
        if (view.region(request.getClientRegion()).isPresent()) {
            return request.getClientRegion();
        }
        return probes.entrySet().stream()
                .filter(probe -> view.region(probe.getKey()).isPresent())
                .min(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(view.ownRegion());
    }

    private static RegionRoute route(RegionView region, long rttMicros, String client, Set<String> failed) {
        RegionRoute.Builder route = RegionRoute.newBuilder()
                .setRegion(region.region())
                .setHealth(region.health())
                .setRttMicros(rttMicros);
        for (NodeView node : NodeOrder.of(region.nodes(), client, failed)) {
            route.addNodes(NodeRoute.newBuilder()
                    .setNode(node.node())
                    .setZone(node.zone())
                    .setEndpoint(node.endpoint())
                    .setLoadPercent(node.loadPercent())
                    .setDraining(node.draining()));
        }
        return route.build();
    }

    /**
     * When to move, so that all who must move arrive at a bearable rate: uniform over a window that grows with the number of
     * sessions on the move; 0 when this client needn't move.
     */
    private int slotMillis(RouteView view, List<RegionView> order, String client, String current, Set<String> failed) {
        Optional<RegionView> present = view.region(current);
        if (present.isEmpty() || order.isEmpty()) {
            return 0;
        }
        RegionView target = order.get(0);
        boolean leaves = !target.region().equals(current);
        if (!leaves && Collections.disjoint(failed, names(present.get()))) {
            return 0;
        }
        long moving = leaves
                ? present.get().sessions()
                : present.get().sessions() / present.get().nodes().size();
        long perSecond = Math.max(1, target.usableNodes()) * rules.movesPerNodePerSecond();
        long windowMillis = Math.min(
                rules.slotMax().toMillis(), moving * Duration.ofSeconds(1).toMillis() / perSecond);
        return (int) (ClientHash.unit(client, current) * windowMillis);
    }

    private static Set<String> names(RegionView region) {
        Set<String> names = new HashSet<>();
        region.nodes().forEach(node -> names.add(node.node()));
        return names;
    }

    /** Classes of regions, best first. */
    private enum Tier {
        GOOD,
        UNREACHED,
        OVERLOADED,
        DRAINING,
        SUSPECT,
        DEAD
    }
}
