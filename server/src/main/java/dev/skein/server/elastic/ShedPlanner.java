package dev.skein.server.elastic;

import dev.skein.server.elastic.ShedOrder.Cause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/**
 * Decides, turn by turn, how many sessions this node sends away and where to. Owned by one thread; the time is given.
 *
 * <p>What nodes take over is a budget that all who send share: each node says how many sessions it takes in a second, each sender says that it is one, and
 * the senders of a node divide what it takes by their number. A sender says so and waits until the others have heard it before it
 * begins, so that two who begin together don't both take everything. Sessions of other regions are sent away within their region as
 * long as a node there takes any; a region without such a node counts as a sender everywhere.
 *
 * <p>A surplus is worked off at a rate that falls with it, so that late news, of sessions that have left here and aren't yet counted there,
 * move less and less the nearer the shares are to each other. It begins above the tolerance and ends at the fair share, and never while a
 * node of the region leaves: between the two nothing moves, so nothing swings.
 */
public final class ShedPlanner {

    /** How long others may take to hear that this node is a sender. */
    static final long HEARSAY_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** A longer time between turns is a pause of the process, and no reason for a burst. */
    private static final double TURN_SECONDS_MAX = 1;

    private final ShedRules rules;
    private final RandomGenerator random;

    /** Sessions that each node takes from here now, by name. */
    private final Map<String, Double> budget = new HashMap<>();

    private Cause cause = Cause.NONE;
    private long sinceNanos;
    private long turnedNanos;
    private boolean turned;

    /** Sessions due to go that aren't whole yet. */
    private double due;

    public ShedPlanner(ShedRules rules, RandomGenerator random) {
        this.rules = rules;
        this.random = random;
    }

    /**
     * One turn.
     *
     * @param settled counts the sessions here that are old enough to be moved for the sake of others; asked only when it matters
     */
    public ShedOrder turn(Fleet fleet, IntSupplier settled, long nowNanos) {
        double seconds = turned ? Math.min(TURN_SECONDS_MAX, (nowNanos - turnedNanos) / 1e9) : 0;
        turned = true;
        turnedNanos = nowNanos;
        Wish wish = wish(fleet, settled);
        if (wish.cause == Cause.NONE) {
            cause = Cause.NONE;
            budget.clear();
            due = 0;
            return ShedOrder.NONE;
        }
        if (cause == Cause.NONE) {
            sinceNanos = nowNanos;
        }
        cause = wish.cause;
        if (nowNanos - sinceNanos < HEARSAY_NANOS) {
            return new ShedOrder(cause, List.of());
        }
        return new ShedOrder(cause, pick(fleet, wish, seconds));
    }

    // ---- whether, how many, and to whom

    /** @param perSecond how many go at most, whatever the budget says */
    private record Wish(Cause cause, int sessions, double perSecond, List<NodeLoad> targets) {

        static final Wish NONE = new Wish(Cause.NONE, 0, 0, List.of());
    }

    private Wish wish(Fleet fleet, IntSupplier settled) {
        NodeLoad self = fleet.self();
        if (self.leaving()) {
            return self.sessions() == 0
                    ? Wish.NONE
                    : wished(Cause.DRAIN, self.sessions(), Double.MAX_VALUE, shelters(fleet));
        }
        Wish wish = self.overloaded() ? relief(fleet) : surplus(fleet);
        if (wish.cause == Cause.NONE) {
            return wish;
        }
        int movable = settled.getAsInt();
        return wished(wish.cause, Math.min(wish.sessions, movable), wish.perSecond, wish.targets);
    }

    /** Where there is nobody to send them to, sessions stay. */
    private static Wish wished(Cause cause, int sessions, double perSecond, List<NodeLoad> targets) {
        return sessions <= 0 || targets.isEmpty()
                ? Wish.NONE
                : new Wish(cause, sessions, Math.max(1, perSecond), targets);
    }

    private static Wish relief(Fleet fleet) {
        NodeLoad self = fleet.self();
        List<NodeLoad> targets = neighbours(fleet).stream()
                .filter(node -> node.takes() && node.loadPercent() <= self.loadPercent() - ShedRules.RELIEF_PERCENT)
                .toList();
        int tooMany = self.sessions() - (int) (self.sessionsMax() * ShedRules.FULL);
        if (tooMany > 0) {
            return wished(Cause.OVERLOAD, tooMany, tooMany * ShedRules.SURPLUS_PER_SECOND, targets);
        }
        return wished(Cause.OVERLOAD, self.sessions(), self.sessions() * ShedRules.RELIEF_PER_SECOND, targets);
    }

    private Wish surplus(Fleet fleet) {
        NodeLoad self = fleet.self();
        List<NodeLoad> neighbours = neighbours(fleet);
        if (neighbours.stream().anyMatch(node -> node.alive() && node.leaving() && node.shedding())) {
            return Wish.NONE;
        }
        List<NodeLoad> sharing = new ArrayList<>(neighbours);
        sharing.removeIf(node -> !node.takes());
        sharing.add(self);
        double scale = fairPerRoom(sharing, 0);
        double fair = scale * self.sessionsMax();
        int surplus = self.sessions() - (int) Math.ceil(fair);
        double tolerated = Math.max(ShedRules.SURPLUS_MIN, fair * rules.tolerancePercent() / 100);
        if (surplus <= (cause == Cause.SURPLUS ? 0 : tolerated)) {
            return Wish.NONE;
        }
        List<NodeLoad> targets = sharing.stream()
                .filter(node -> node != self && lacks(node, scale) >= 1)
                .toList();
        return wished(Cause.SURPLUS, surplus, surplus * ShedRules.SURPLUS_PER_SECOND, targets);
    }

    /** Nodes of this region, or of the nearest one that takes any. */
    private static List<NodeLoad> shelters(Fleet fleet) {
        List<NodeLoad> near = takers(neighbours(fleet));
        if (!near.isEmpty()) {
            return near;
        }
        List<NodeLoad> takers = takers(fleet.others());
        Optional<String> nearest = takers.stream()
                .map(NodeLoad::region)
                .distinct()
                .min(Comparator.comparingLong(fleet::distance).thenComparing(Comparator.naturalOrder()));
        return takers.stream()
                .filter(node -> node.region().equals(nearest.orElse("")))
                .toList();
    }

    private static List<NodeLoad> neighbours(Fleet fleet) {
        return fleet.others().stream()
                .filter(node -> node.region().equals(fleet.self().region()))
                .toList();
    }

    private static List<NodeLoad> takers(List<NodeLoad> nodes) {
        return nodes.stream().filter(NodeLoad::takes).toList();
    }

    // ---- fair shares

    /** Sessions for each one that may be there, if all are spread in that proportion. */
    private static double fairPerRoom(List<NodeLoad> nodes, int more) {
        double sessions = more;
        double room = 0;
        for (NodeLoad node : nodes) {
            sessions += node.sessions();
            room += node.sessionsMax();
        }
        return sessions / room;
    }

    private static double lacks(NodeLoad node, double fairPerRoom) {
        return fairPerRoom * node.sessionsMax() - node.sessions();
    }

    // ---- the budget

    /** The nodes that sessions go to in this turn, in proportion to what each lacks and within what each takes. */
    private List<NodeLoad> pick(Fleet fleet, Wish wish, double seconds) {
        List<NodeLoad> open = new ArrayList<>(wish.targets);
        budget.keySet().retainAll(open.stream().map(NodeLoad::node).toList());
        for (NodeLoad target : open) {
            double share = (double) target.takesPerSecond() / senders(fleet, target);
            double most = Math.max(1, share * seconds);
            budget.merge(target.node(), share * seconds, (had, more) -> Math.min(most, had + more));
        }
        due = Math.min(wish.sessions, Math.min(1, due) + wish.perSecond * seconds);
        double scale = fairPerRoom(open, wish.sessions);
        Map<String, Integer> given = new HashMap<>();
        List<NodeLoad> picked = new ArrayList<>();
        open.removeIf(target -> !affords(target));
        while (due >= 1 && !open.isEmpty()) {
            NodeLoad target = draw(open, scale, given);
            picked.add(target);
            given.merge(target.node(), 1, Integer::sum);
            budget.merge(target.node(), -1.0, Double::sum);
            due--;
            if (!affords(target)) {
                open.remove(target);
            }
        }
        return picked;
    }

    private boolean affords(NodeLoad target) {
        return budget.getOrDefault(target.node(), 0.0) >= 1;
    }

    /** By chance, so that several who send with the same news don't all send to the same node. */
    private NodeLoad draw(List<NodeLoad> open, double scale, Map<String, Integer> given) {
        double[] weights = new double[open.size()];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            NodeLoad node = open.get(i);
            weights[i] = Math.max(1, lacks(node, scale) - given.getOrDefault(node.node(), 0));
            sum += weights[i];
        }
        double at = random.nextDouble() * sum;
        int i = 0;
        while (i < weights.length - 1 && at >= weights[i]) {
            at -= weights[i++];
        }
        return open.get(i);
    }

    /** How many may be sending to a node now, this one included. */
    private static int senders(Fleet fleet, NodeLoad target) {
        int senders = 1;
        for (NodeLoad node : fleet.others()) {
            boolean mayMean =
                    node.region().equals(target.region()) || node.leaving() && !hasTaker(fleet, node.region());
            if (node.shedding() && mayMean && !node.node().equals(target.node())) {
                senders++;
            }
        }
        return senders;
    }

    private static boolean hasTaker(Fleet fleet, String region) {
        return fleet.others().stream().anyMatch(node -> node.region().equals(region) && node.takes());
    }
}
