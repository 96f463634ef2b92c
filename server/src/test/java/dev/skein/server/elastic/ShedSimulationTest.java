package dev.skein.server.elastic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.server.elastic.ShedWorld.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several nodes' planners together, with news that come late. */
class ShedSimulationTest {

    private static final ShedRules RULES = ShedRules.DEFAULT;
    private static final int ROOM = 20_000;

    /** In any second; it may touch three turns, and each turn's slots begin with it. */
    private static final int MOST = RULES.takesPerSecond() * (1_000 + ShedWorld.TURN_MILLIS) / 1_000;

    static java.util.stream.LongStream seeds() {
        return java.util.stream.LongStream.rangeClosed(1, 25);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aNewNodeHasItsShareWithinAMinuteAndThenAllIsQuiet(long seed) {
        ShedWorld world = new ShedWorld(seed, RULES);
        Random random = new Random(seed);
        int there = 1 + random.nextInt(5);
        int clients = 200 + random.nextInt(3_000);
        for (int i = 0; i < there; i++) {
            world.clients(world.join("us-" + i, "us", ROOM), clients);
        }
        Node far = world.join("eu-0", "eu", ROOM);
        world.run(60);
        assertEquals(60_000, world.quietMillis(), "even already: " + world.shares());

        world.join("us-new", "us", ROOM);
        world.run(60);

        isEven(world, "us");
        assertEquals(0, far.clients(), "nobody leaves the region");
        world.run(120);
        assertTrue(world.quietMillis() >= 120_000, "goes on: " + world.quietMillis() + " " + world.shares());
        assertEquals(there * clients, world.total());
        neverTooMany(world);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void drainedNodesEmptyAtTheSharedPace(long seed) {
        ShedWorld world = new ShedWorld(seed, RULES);
        Random random = new Random(seed);
        List<Node> us = new ArrayList<>();
        int there = 3 + random.nextInt(3);
        for (int i = 0; i < there; i++) {
            us.add(world.join("us-" + i, "us", ROOM));
            world.clients(us.get(i), 2_000);
        }
        world.run(40);
        int leaving = 1 + random.nextInt(there - 1);
        us.subList(0, leaving).forEach(node -> world.drain(node, true));
        int staying = there - leaving;
        int seconds = 6 + 2_000 * leaving / (RULES.takesPerSecond() * staying) * 5 / 4;
        world.run(seconds);
        for (Node left : us.subList(0, leaving)) {
            assertEquals(
                    0, left.clients(), "after " + seconds + " s, " + leaving + " of " + there + ": " + world.shares());
        }
        neverTooMany(world);
        world.run(60);
        isEven(world, "us");
        assertEquals(there * 2_000, world.total());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aDrainedRegionGoesToTheNearestAndAgainNobodyGetsTooMany(long seed) {
        ShedWorld world = new ShedWorld(seed, RULES);
        List<Node> us = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            us.add(world.join("us-" + i, "us", ROOM));
            world.clients(us.get(i), 1_500);
        }
        Node near = world.join("eu-0", "eu", ROOM);
        Node alsoNear = world.join("eu-1", "eu", ROOM);
        Node far = world.join("ap-0", "ap", ROOM);
        world.run(40);
        us.forEach(node -> world.drain(node, true));
        world.run(20);
        us.forEach(node -> assertEquals(0, node.clients(), world.shares()));
        assertEquals(0, far.clients(), world.shares());
        assertEquals(4_500, near.clients() + alsoNear.clients());
        neverTooMany(world);
        world.run(60);
        isEven(world, "eu");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensSharesAreEvenAMinuteAfterIt(long seed) {
        ShedWorld world = new ShedWorld(seed, RULES);
        Random random = new Random(seed);
        List<Node> us = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            // Larger nodes have larger shares.
            us.add(world.join("us-" + i, "us", ROOM * (1 + random.nextInt(2))));
            world.clients(us.get(i), random.nextInt(4_000));
        }
        world.run(5);
        Node gone = us.get(0);
        int events = 6;
        for (int i = 0; i < events; i++) {
            switch (random.nextInt(4)) {
                case 0 -> us.add(world.join("us-x" + i, "us", ROOM));
                case 1 -> {
                    Node node = us.get(1 + random.nextInt(us.size() - 1));
                    world.drain(node, true);
                    world.run(random.nextInt(20));
                    world.drain(node, false);
                }
                case 2 -> world.clients(us.get(1 + random.nextInt(us.size() - 1)), random.nextInt(2_000));
                default -> {
                    if (us.get(0) == gone) {
                        world.lose(us.remove(0));
                    }
                }
            }
            world.run(random.nextInt(30));
        }
        // Who has just come is spared first.
        world.run(RULES.settled().toSeconds() + 60);
        isEven(world, "us");
        neverTooMany(world);
        world.run(120);
        assertTrue(world.quietMillis() >= 100_000, "goes on: " + world.quietMillis() + " " + world.shares());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aNodeInNeedIsRelievedSlowlyAndOnlyWhileItIs(long seed) {
        ShedWorld world = new ShedWorld(seed, RULES);
        Node busy = world.join("us-0", "us", ROOM);
        Node idle = world.join("us-1", "us", ROOM);
        world.clients(busy, 1_000);
        world.clients(idle, 1_000);
        world.run(40);
        world.busy(busy, true);
        world.run(20);
        assertTrue(busy.clients() < 900 && busy.clients() > 700, world.shares());
        world.busy(idle, true);
        world.run(2);
        int then = busy.clients();
        world.run(20);
        assertEquals(then, busy.clients(), "nobody is better off");
        neverTooMany(world);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void sendersThatNobodyHearsOfAreNoticed(long seed) {
        ShedWorld world = new ShedWorld(seed, RULES);
        world.silenceSenders();
        List<Node> us = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            us.add(world.join("us-" + i, "us", ROOM));
            world.clients(us.get(i), 2_000);
        }
        world.run(40);
        us.subList(0, 2).forEach(node -> world.drain(node, true));
        world.run(20);
        assertTrue(world.most(us.get(2)) > MOST, world.most(us.get(2)) + " in a second");
    }

    private static void isEven(ShedWorld world, String region) {
        assertTrue(world.unevenness(region) <= RULES.tolerancePercent() / 100.0, world.shares());
    }

    private static void neverTooMany(ShedWorld world) {
        for (Node node : world.nodes()) {
            assertTrue(world.most(node) <= MOST, world.most(node) + " in a second");
        }
    }
}
