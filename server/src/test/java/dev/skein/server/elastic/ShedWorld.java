package dev.skein.server.elastic;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.server.elastic.ShedOrder.Cause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Nodes with a planner each and clients that go where they are sent, on a clock of milliseconds that the test turns. News of a node reach
 * each other node up to 1.3 s late. Checks, as it goes, that nobody is given more than it takes and that no client is moved twice for the
 * sake of others within the time it is spared.
 */
final class ShedWorld {

    static final int TURN_MILLIS = 500;
    private static final int NEWS_MILLIS = 400;
    private static final int LATE_MILLIS_MAX = 900;

    /** A node that isn't heard for so long is taken for dead. */
    private static final int SILENCE_MILLIS = 3_000;

    private final Random random;
    private final ShedRules rules;
    private final Map<String, Node> nodes = new TreeMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final Map<String, List<Long>> given = new HashMap<>();
    private long now;
    private long numbers;
    private int lost;
    private long movedMillis;
    private boolean sendersAreSilent;

    ShedWorld(long seed, ShedRules rules) {
        this.random = new Random(seed);
        this.rules = rules;
    }

    private record Event(long at, long number, Runnable action) {}

    /** A client where it is. */
    private static final class Client {
        private long since;
        private boolean told;
        private long sparedUntil;
    }

    final class Node {
        private final String name;
        private final String region;
        private final int sessionsMax;
        private final ShedPlanner planner = new ShedPlanner(rules, new Random(random.nextLong()));
        private final List<Client> clients = new ArrayList<>();
        private final Map<String, NodeLoad> heard = new HashMap<>();
        private final Map<String, Long> heardAt = new HashMap<>();
        private boolean draining;
        private boolean busy;
        private boolean shedding;
        private boolean dead;

        private Node(String name, String region, int sessionsMax) {
            this.name = name;
            this.region = region;
            this.sessionsMax = sessionsMax;
        }

        int clients() {
            return clients.size();
        }

        private NodeLoad load(boolean alive, long sessions) {
            return new NodeLoad(
                    name,
                    region,
                    name,
                    alive,
                    draining,
                    busy,
                    shedding,
                    busy ? 100 : 10,
                    (int) sessions,
                    sessionsMax,
                    rules.takesPerSecond());
        }

        private void news() {
            if (dead) {
                return;
            }
            NodeLoad said = load(true, clients.size());
            for (Node other : nodes.values()) {
                if (other != this) {
                    later(random.nextInt(LATE_MILLIS_MAX), () -> other.hear(said));
                }
            }
            later(NEWS_MILLIS, this::news);
        }

        private void hear(NodeLoad said) {
            heard.put(said.node(), said);
            heardAt.put(said.node(), now);
        }

        private void turn() {
            if (dead) {
                return;
            }
            List<NodeLoad> others = new ArrayList<>();
            heard.forEach((from, said) -> others.add(new NodeLoad(
                    from,
                    said.region(),
                    said.endpoint(),
                    now - heardAt.get(from) < SILENCE_MILLIS,
                    said.leaving(),
                    said.overloaded(),
                    said.shedding() && !sendersAreSilent,
                    said.loadPercent(),
                    said.sessions(),
                    said.sessionsMax(),
                    said.takesPerSecond())));
            List<Client> here = clients.stream().filter(client -> !client.told).toList();
            List<Client> old = here.stream()
                    .filter(client -> now - client.since >= rules.settled().toMillis())
                    .toList();
            Fleet fleet =
                    new Fleet(load(true, here.size()), others, Map.of("eu", 80_000L, "us", 80_000L, "ap", 200_000L));
            ShedOrder order = planner.turn(fleet, old::size, TimeUnit.MILLISECONDS.toNanos(now));
            shedding = order.isShedding();
            send(order, order.sparesNewcomers() ? old : here);
            later(TURN_MILLIS, this::turn);
        }

        private void send(ShedOrder order, List<Client> from) {
            int count = order.targets().size();
            for (int i = 0; i < count; i++) {
                Client client = from.get(i);
                client.told = true;
                if (order.cause() != Cause.DRAIN) {
                    assertTrue(now >= client.sparedUntil, "moved twice");
                    client.sparedUntil = now + rules.settled().toMillis();
                    movedMillis = now;
                }
                String target = order.targets().get(i).node();
                long slot = (long) ((i + random.nextDouble()) * TURN_MILLIS / count);
                given.computeIfAbsent(target, any -> new ArrayList<>()).add(now + slot);
                later(slot + random.nextInt(200), () -> {
                    if (clients.remove(client)) {
                        arrive(client, nodes.get(target));
                    }
                });
            }
        }

        private void arrive(Client client, Node at) {
            Node taken = at.accepts() ? at : anyOf(region);
            client.told = false;
            client.since = now;
            taken.clients.add(client);
        }

        private boolean accepts() {
            return !dead && !draining && clients.size() < sessionsMax;
        }
    }

    private Node anyOf(String region) {
        List<Node> open = nodes.values().stream().filter(Node::accepts).toList();
        List<Node> near =
                open.stream().filter(node -> node.region.equals(region)).toList();
        List<Node> choice = near.isEmpty() ? open : near;
        assertTrue(!choice.isEmpty(), "a client has nowhere to go");
        return choice.get(random.nextInt(choice.size()));
    }

    private void later(long millis, Runnable action) {
        events.add(new Event(now + millis, numbers++, action));
    }

    // ---- what the test does

    /** A defect, for the test of the checks: nobody hears that another sends sessions away. */
    void silenceSenders() {
        sendersAreSilent = true;
    }

    Node join(String name, String region, int sessionsMax) {
        Node node = new Node(name, region, sessionsMax);
        nodes.put(name, node);
        later(random.nextInt(NEWS_MILLIS), node::news);
        // Who starts knows nobody for a moment.
        later(2_000 + random.nextInt(TURN_MILLIS), node::turn);
        return node;
    }

    void clients(Node node, int count) {
        for (int i = 0; i < count; i++) {
            Client client = new Client();
            client.since = now;
            node.clients.add(client);
        }
    }

    void drain(Node node, boolean on) {
        node.draining = on;
    }

    void busy(Node node, boolean on) {
        node.busy = on;
    }

    /** Its clients come elsewhere within a second. */
    void lose(Node node) {
        node.dead = true;
        lost++;
        List<Client> homeless = List.copyOf(node.clients);
        node.clients.clear();
        for (Client client : homeless) {
            later(random.nextInt(1_000), () -> node.arrive(client, node));
        }
    }

    void run(long seconds) {
        long end = now + seconds * 1_000;
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event next = events.poll();
            now = next.at();
            next.action().run();
        }
        now = end;
    }

    // ---- what the test asks

    Collection<Node> nodes() {
        return nodes.values();
    }

    int total() {
        return nodes.values().stream().mapToInt(Node::clients).sum();
    }

    /** Milliseconds since a client was last moved for the sake of others. */
    long quietMillis() {
        return now - movedMillis;
    }

    /** Sessions that a node was given in its busiest second. */
    int most(Node node) {
        List<Long> times =
                given.getOrDefault(node.name, List.of()).stream().sorted().toList();
        int most = 0;
        int first = 0;
        for (int i = 0; i < times.size(); i++) {
            while (times.get(i) - times.get(first) >= 1_000) {
                first++;
            }
            most = Math.max(most, i - first + 1);
        }
        return most;
    }

    String shares() {
        StringBuilder text = new StringBuilder("lost " + lost + ", now " + now + ":");
        nodes.values()
                .forEach(node -> text.append(' ').append(node.name).append('=').append(node.clients.size()));
        return text.toString();
    }

    /** How far the node of the region that is farthest off is from its share, in parts of it. */
    double unevenness(String region) {
        List<Node> there = nodes.values().stream()
                .filter(node -> !node.dead && !node.draining && node.region.equals(region))
                .toList();
        double room = there.stream().mapToDouble(node -> node.sessionsMax).sum();
        double sessions = there.stream().mapToDouble(Node::clients).sum();
        double worst = 0;
        for (Node node : there) {
            double fair = sessions * node.sessionsMax / room;
            worst = Math.max(worst, Math.max(0, Math.abs(node.clients() - fair) - ShedRules.SURPLUS_MIN) / fair);
        }
        return worst;
    }
}
