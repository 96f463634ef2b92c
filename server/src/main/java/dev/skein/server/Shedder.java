package dev.skein.server;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.Limits;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.RouterNode;
import dev.skein.router.RouterNode.MemberState;
import dev.skein.router.RouterNode.MemberView;
import dev.skein.server.elastic.Fleet;
import dev.skein.server.elastic.NodeLoad;
import dev.skein.server.elastic.ShedOrder;
import dev.skein.server.elastic.ShedPlanner;
import dev.skein.server.elastic.ShedRules;
import dev.skein.wire.Errors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Carries out what the planner decides: asks it in turns, with what gossip knows, and sends sessions away. Turned by one thread. */
final class Shedder implements Runnable {

    static final long TURN_MILLIS = 500;

    /** A client tries them one after another and knows more addresses itself. */
    private static final int ENDPOINTS_MAX = 16;

    private final String node;
    private final ShedRules rules;
    private final ShedPlanner planner;
    private final NodeFacts facts;
    private final RouterNode router;
    private final NodeParts.Messaging messaging;
    private final MetricRegistry metrics;
    private final TimeSource time;
    private final Random random;
    private volatile boolean shedding;
    private volatile boolean hasTakers;

    Shedder(NodeContext context, NodeFacts facts, RouterNode router, NodeParts.Messaging messaging) {
        this.node = context.id().value();
        this.rules = context.config().node().shedding();
        this.random = new Random(context.random().nextLong());
        this.planner = new ShedPlanner(rules, random);
        this.facts = facts;
        this.router = router;
        this.messaging = messaging;
        this.metrics = context.metrics();
        this.time = context.time();
        metrics.gauge("shed.waiting", () -> () -> shedding ? messaging.staying() : 0);
    }

    /** Whether some node takes sessions. */
    boolean hasTakers() {
        return hasTakers;
    }

    @Override
    public void run() {
        Fleet fleet = fleet();
        List<NodeLoad> takers = takers(fleet);
        hasTakers = !takers.isEmpty();
        messaging.elsewhere(
                takers.stream().map(NodeLoad::endpoint).limit(ENDPOINTS_MAX).toList());
        ShedOrder order = planner.turn(fleet, () -> messaging.staying(rules.settled()), time.nanoTime());
        tell(order.isShedding());
        if (!order.targets().isEmpty()) {
            carryOut(order, takers);
        }
    }

    private void tell(boolean now) {
        if (now != shedding) {
            shedding = now;
            facts.shedding(now);
            router.factsChanged();
        }
    }

    private void carryOut(ShedOrder order, List<NodeLoad> takers) {
        List<List<String>> routes = new ArrayList<>();
        for (NodeLoad target : order.targets()) {
            Set<String> route = new LinkedHashSet<>();
            route.add(target.endpoint());
            takers.forEach(other -> route.add(other.endpoint()));
            routes.add(route.stream().limit(ENDPOINTS_MAX).toList());
        }
        metrics.meter("shed.sessions{cause=" + order.cause().name().toLowerCase(Locale.ROOT) + "}")
                .mark(routes.size());
        Duration age = order.sparesNewcomers() ? rules.settled() : Duration.ZERO;
        boolean stops = order.cause() == ShedOrder.Cause.DRAIN;
        messaging.shed(reason(order.cause()), stops, age, Duration.ofMillis(TURN_MILLIS), routes);
    }

    private Error reason(ShedOrder.Cause cause) {
        return switch (cause) {
            case DRAIN, NONE -> Errors.of(Reason.REASON_DRAINING, "node " + node + " takes no sessions");
            case OVERLOAD -> Errors.of(Reason.REASON_OVERLOADED, "node " + node + " has too much to do");
            case SURPLUS ->
                Errors.of(Reason.REASON_OVERLOADED, "node " + node + " has more than its share of sessions");
        };
    }

    // ---- what is known

    private Fleet fleet() {
        MemberRecord mine = facts.get();
        NodeLoad self = load(mine, true, mine.getDraining(), messaging.staying());
        List<NodeLoad> others = new ArrayList<>();
        Map<String, Long> rtts = new HashMap<>();
        for (MemberView member : router.members()) {
            MemberRecord record = member.record();
            if (!record.getRouterOnly() && !record.getNode().equals(node)) {
                boolean leaving =
                        record.getDraining() || !record.getQuarantined().isEmpty();
                boolean alive = member.state() == MemberState.ALIVE;
                others.add(load(record, alive, leaving, record.getSessions()));
                router.rttMicros(mine.getRegion(), record.getRegion())
                        .ifPresent(micros -> rtts.put(record.getRegion(), micros));
            }
        }
        return new Fleet(self, others, rtts);
    }

    /** Of a node that doesn't say what it may have, an older version, it is what this one may. */
    private static NodeLoad load(MemberRecord record, boolean alive, boolean leaving, int sessions) {
        int max = record.getSessionsMax() == 0 ? Limits.SESSIONS_MAX : record.getSessionsMax();
        int takes = record.getTakesPerSecond() == 0 ? ShedRules.DEFAULT.takesPerSecond() : record.getTakesPerSecond();
        return new NodeLoad(
                record.getNode(),
                record.getRegion(),
                record.getClientAddress(),
                alive,
                leaving,
                record.getOverloaded(),
                record.getShedding(),
                record.getLoadPercent(),
                sessions,
                max,
                takes);
    }

    /** Those of the own region first, then the nearest; among equals in any order, so that not all clients try the same. */
    private List<NodeLoad> takers(Fleet fleet) {
        String region = fleet.self().region();
        List<NodeLoad> takers =
                new ArrayList<>(fleet.others().stream().filter(NodeLoad::takes).toList());
        Collections.shuffle(takers, random);
        takers.sort(
                Comparator.comparingLong(other -> other.region().equals(region) ? -1 : fleet.distance(other.region())));
        return takers;
    }
}
