package dev.skein.client.internal.core;

import dev.skein.proto.client.v1.NodeRoute;
import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.RouteTable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the client knows about where to go: the last route table, its own measurements, the addresses it was given, and which nodes have just
 * failed.
 */
public final class RouteBook {

    private static final Duration AVOID = Duration.ofSeconds(10);
    private static final int CANDIDATES_MAX = 64;

    /** A region must be nearer by this, and by this part of the present round trip, to be worth a move; measurements waver. */
    private static final long BETTER_BY_MICROS = 20_000;

    private static final int BETTER_BY_PERCENT = 20;

    private final Timers timers;
    private final List<String> configured;
    private final Map<String, Long> failedUntil = new HashMap<>();
    private Map<String, Long> rttMicros = Map.of();
    private @Nullable RouteTable table;

    public RouteBook(Timers timers, List<String> configured) {
        this.timers = timers;
        this.configured = configured;
    }

    public void update(RouteTable table) {
        this.table = table;
    }

    public Optional<RouteTable> table() {
        return Optional.ofNullable(table);
    }

    /** Round trips that this client has measured, by region. */
    public void measured(Map<String, Long> rttMicros) {
        this.rttMicros = Map.copyOf(rttMicros);
    }

    public Map<String, Long> measured() {
        return rttMicros;
    }

    /** The node at this address couldn't be reached, or was lost. */
    public void failed(String endpoint) {
        long now = timers.nanoTime();
        failedUntil.values().removeIf(until -> until <= now);
        failedUntil.put(endpoint, now + AVOID.toNanos());
    }

    /** Whether the node at this address has failed lately. */
    public boolean isAvoided(String endpoint) {
        return avoided(endpoint);
    }

    public void worked(String endpoint) {
        failedUntil.remove(endpoint);
    }

    /** Names of nodes that failed lately, for the router. */
    public List<String> failedNodes() {
        return regions().stream()
                .flatMap(region -> region.getNodesList().stream())
                .filter(node -> avoided(node.getEndpoint()))
                .map(NodeRoute::getNode)
                .toList();
    }

    /** The region that this client should be in: the first that is healthy and has nodes. */
    public Optional<String> bestRegion() {
        return regions().stream()
                .filter(RouteBook::usable)
                .map(RegionRoute::getRegion)
                .findFirst();
    }

    /**
     * The region that a client of this region should be in: its own unless another is clearly better. Where the own measurements don't
     * decide, the server has weighed it.
     */
    public Optional<String> bestRegion(String current) {
        Optional<String> best = bestRegion();
        return best.isPresent() && isNearEnough(current, best.get()) ? Optional.of(current) : best;
    }

    private boolean isNearEnough(String current, String best) {
        boolean usable = usableRegions().anyMatch(region -> region.getRegion().equals(current));
        if (!usable || !measuredAll()) {
            return false;
        }
        long here = rttMicros.get(current);
        long needed = Math.max(BETTER_BY_MICROS, here * BETTER_BY_PERCENT / 100);
        return here - rttMicros.get(best) < needed;
    }

    /** Addresses of a region's nodes, best first. */
    public List<String> nodesOf(String region) {
        return regions().stream()
                .filter(route -> route.getRegion().equals(region))
                .flatMap(route -> route.getNodesList().stream())
                .map(NodeRoute::getEndpoint)
                .toList();
    }

    /** One address for each region that has nodes, for measuring. */
    public Map<String, String> onePerRegion() {
        Map<String, String> one = new LinkedHashMap<>();
        for (RegionRoute region : regions()) {
            if (region.getNodesCount() > 0) {
                one.put(region.getRegion(), region.getNodes(0).getEndpoint());
            }
        }
        return one;
    }

    /**
     * Addresses to try, best first; those that failed lately come last, of them the one whose failure is longest ago first.
     *
     * @param region the region just lost: its other nodes take turns with those of the other regions, since it isn't known yet
     *     whether a node or the whole region is gone. Null: nearest first
     */
    public List<String> candidates(@Nullable String region) {
        LinkedHashSet<String> order = new LinkedHashSet<>(region == null ? nearestFirst() : takingTurns(region));
        order.addAll(nearestFirst());
        order.addAll(configured);
        List<String> all = new ArrayList<>(order);
        all.sort(Comparator.comparingLong(this::avoidedUntil));
        return all.subList(0, Math.min(all.size(), CANDIDATES_MAX));
    }

    private List<String> nearestFirst() {
        List<String> all = new ArrayList<>();
        for (RegionRoute region : regions()) {
            region.getNodesList().forEach(node -> all.add(node.getEndpoint()));
        }
        return all;
    }

    private List<String> takingTurns(String lost) {
        Deque<String> same = new ArrayDeque<>();
        Deque<String> others = new ArrayDeque<>();
        int round = 0;
        for (boolean more = true; more; round++) {
            more = false;
            for (RegionRoute region : regions()) {
                if (round < region.getNodesCount()) {
                    more = true;
                    Deque<String> side = region.getRegion().equals(lost) ? same : others;
                    String endpoint = region.getNodes(round).getEndpoint();
                    if (!avoided(endpoint)) {
                        side.add(endpoint);
                    }
                }
            }
        }
        List<String> all = new ArrayList<>();
        while (!same.isEmpty() || !others.isEmpty()) {
            Collections.addAll(all, same.poll(), others.poll());
        }
        all.removeIf(java.util.Objects::isNull);
        return all;
    }

    private boolean avoided(String endpoint) {
        return avoidedUntil(endpoint) != Long.MIN_VALUE;
    }

    /** Long.MIN_VALUE: it isn't. */
    private long avoidedUntil(String endpoint) {
        Long until = failedUntil.get(endpoint);
        return until != null && until > timers.nanoTime() ? until : Long.MIN_VALUE;
    }

    /** Usable regions before the others; among the usable, the client's own measurements count where it has them all. */
    private List<RegionRoute> regions() {
        if (table == null) {
            return List.of();
        }
        List<RegionRoute> regions = new ArrayList<>(table.getRegionsList());
        Comparator<RegionRoute> order = Comparator.comparing(region -> !usable(region));
        if (measuredAll()) {
            order = order.thenComparing(region -> rttMicros.getOrDefault(region.getRegion(), Long.MAX_VALUE));
        }
        regions.sort(order);
        return regions;
    }

    private boolean measuredAll() {
        return !rttMicros.isEmpty() && usableRegions().allMatch(region -> rttMicros.containsKey(region.getRegion()));
    }

    private Stream<RegionRoute> usableRegions() {
        return table == null ? Stream.of() : table.getRegionsList().stream().filter(RouteBook::usable);
    }

    private static boolean usable(RegionRoute region) {
        return region.getHealth() == RegionHealth.REGION_HEALTH_HEALTHY && region.getNodesCount() > 0;
    }
}
