package dev.skein.router.gossip;

import dev.skein.core.TimeSource;
import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.error.v1.Reason;
import dev.skein.router.detect.Verdict;
import dev.skein.router.routes.Ranking;
import dev.skein.router.routes.RouteViews;
import dev.skein.router.routes.RoutingRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A cluster of gossip cores on a virtual clock and a seeded, lossy network. */
final class GossipWorld implements TimeSource {

    static final long START_MILLIS = 1_700_000_000_000L;
    private static final long TURN_NANOS = Duration.ofMillis(50).toNanos();

    private record Event(long at, long order, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final Map<String, SimNode> byAddress = new HashMap<>();
    private final Map<String, SimNode> nodes = new TreeMap<>();
    private final List<String> seeds = new ArrayList<>();
    private final Random random;
    private long now = Duration.ofHours(5).toNanos();
    private long order;
    private long starts;
    GossipConfig config = GossipConfig.standard();
    double loss;
    BiPredicate<SimNode, SimNode> cut = (from, to) -> false;
    long exchanges;

    GossipWorld(long seed) {
        random = new Random(seed);
    }

    /** One simulated process. */
    final class SimNode {
        final String name;
        final String region;
        final long started = ++starts;
        final GossipCore core;
        final RouteViews views;
        final List<DuplicateNode> duplicates = new ArrayList<>();
        SelfFacts facts = SelfFacts.idle("cluster-1");
        final Set<String> suspected = new TreeSet<>();
        boolean stopped;
        boolean killed;

        SimNode(String name, String region, String address, boolean routerOnly) {
            this.name = name;
            this.region = region;
            SelfIdentity identity = new SelfIdentity(name, region, "a", address, address, routerOnly);
            core = new GossipCore(
                    identity,
                    config,
                    seeds,
                    () -> facts,
                    duplicates::add,
                    GossipWorld.this,
                    new Random(random.nextLong()));
            views = new RouteViews(name, region, RoutingRules.standard());
        }

        Verdict verdictOn(String node) {
            return member(node).verdict();
        }

        KnownMember member(String node) {
            return core.members(now).stream()
                    .filter(m -> m.node().equals(node))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(name + " does not know " + node));
        }

        boolean sees(String node, Verdict verdict) {
            return core.members(now).stream().anyMatch(m -> m.node().equals(node) && m.verdict() == verdict);
        }

        boolean knows(String node) {
            return core.members(now).stream().anyMatch(m -> m.node().equals(node));
        }

        boolean knowsRegion(String ofRegion) {
            return core.members(now).stream()
                    .anyMatch(m -> m.record().getRegion().equals(ofRegion));
        }

        RegionHealth healthOf(String ofRegion) {
            Ranking ranking = new Ranking(RoutingRules.standard());
            return ranking
                    .resolve(
                            views.update("cluster-1", core.members(now), now),
                            ResolveRequest.getDefaultInstance(),
                            "c",
                            "")
                    .getRegionsList()
                    .stream()
                    .filter(r -> r.getRegion().equals(ofRegion))
                    .findFirst()
                    .orElseThrow()
                    .getHealth();
        }

        private void turn() {
            if (killed) {
                return;
            }
            if (!stopped) {
                core.tick(now).forEach(outgoing -> send(this, outgoing));
                core.members(now).stream()
                        .filter(m -> m.verdict() == Verdict.SUSPECT)
                        .forEach(m -> suspected.add(m.node()));
                views.update("cluster-1", core.members(now), now);
            }
            at(TURN_NANOS, this::turn);
        }

        void leave() {
            core.farewell(now).forEach(outgoing -> send(this, outgoing));
            killed = true;
        }
    }

    /** Three zones in each of the regions; everyone is a seed. */
    GossipWorld with(String... regions) {
        return with(List.of("a", "b", "c"), List.of(regions));
    }

    /** These zones in each of the regions; everyone is a seed. */
    GossipWorld with(List<String> zones, List<String> regions) {
        for (String region : regions) {
            for (String zone : zones) {
                seeds.add(address(region + "-" + zone));
            }
        }
        for (String region : regions) {
            for (String zone : zones) {
                start(region + "-" + zone, region);
            }
        }
        return this;
    }

    SimNode start(String name, String region) {
        return start(name, region, address(name), false);
    }

    SimNode start(String name, String region, String address, boolean routerOnly) {
        SimNode node = new SimNode(name, region, address, routerOnly);
        nodes.put(name, node);
        byAddress.put(address, node);
        at((long) (random.nextDouble() * TURN_NANOS), node::turn);
        return node;
    }

    SimNode node(String name) {
        return nodes.get(name);
    }

    /** The latest process of each name. */
    Collection<SimNode> nodes() {
        return nodes.values();
    }

    List<SimNode> running() {
        return nodes.values().stream().filter(n -> !n.killed).toList();
    }

    static String address(String name) {
        return name + ".test:7000";
    }

    void run(Duration duration) {
        long until = now + duration.toNanos();
        while (!events.isEmpty() && events.peek().at() <= until) {
            Event event = events.poll();
            now = event.at();
            event.action().run();
        }
        now = until;
    }

    /** Runs until the condition holds and returns how long that took; fails after the limit. */
    Duration runUntil(Duration limit, BooleanSupplier condition) {
        long began = now;
        while (!condition.getAsBoolean()) {
            if (now - began > limit.toNanos()) {
                throw new AssertionError("did not happen within " + limit);
            }
            run(Duration.ofMillis(50));
        }
        return Duration.ofNanos(now - began);
    }

    @Override
    public long wallMillis() {
        return START_MILLIS + now / 1_000_000;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    private void send(SimNode from, Outgoing outgoing) {
        exchanges++;
        SimNode to = byAddress.get(outgoing.address());
        long sent = now;
        long timeout = Duration.ofSeconds(2).toNanos();
        if (to == null || isLost(from, to)) {
            at(timeout, () -> fail(from, outgoing, null));
            return;
        }
        at(delay(from, to), () -> {
            if (to.killed || to.stopped || isLost(to, from)) {
                at(sent + timeout - now, () -> fail(from, outgoing, null));
                return;
            }
            ExchangeAnswer answer = to.core.onRequest(outgoing.request(), now);
            at(delay(to, from), () -> answer(from, outgoing, answer, now - sent));
        });
    }

    private void answer(SimNode from, Outgoing outgoing, ExchangeAnswer answer, long rtt) {
        if (answer instanceof ExchangeAnswer.Refused refused) {
            fail(from, outgoing, refused.error().getReason());
        } else if (answer instanceof ExchangeAnswer.Accepted accepted && !from.killed) {
            from.core.onResponse(outgoing, accepted.response(), rtt, now);
        }
    }

    private void fail(SimNode from, Outgoing outgoing, @Nullable Reason reason) {
        if (!from.killed) {
            from.core.onFailure(outgoing, reason, now);
        }
    }

    private boolean isLost(SimNode from, SimNode to) {
        return cut.test(from, to) || random.nextDouble() < loss;
    }

    /** One way: 0.5 ms inside a region, 40 ms between us and eu, 80 ms to anywhere else; up to 10 % more. */
    private long delay(SimNode from, SimNode to) {
        double millis = from.region.equals(to.region) ? 0.5 : isAtlantic(from, to) ? 40 : 80;
        return (long) (millis * (1 + random.nextDouble() / 10) * 1e6);
    }

    private static boolean isAtlantic(SimNode from, SimNode to) {
        return List.of("us", "eu").contains(from.region) && List.of("us", "eu").contains(to.region);
    }

    private void at(long inNanos, Runnable action) {
        events.add(new Event(now + Math.max(0, inNanos), order++, action));
    }
}
