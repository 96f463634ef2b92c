package dev.skein.server.elastic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.server.elastic.ShedOrder.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ShedPlannerTest {

    private static final int ROOM = 10_000;
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ShedPlanner planner = new ShedPlanner(ShedRules.DEFAULT, new Random(3));
    private long now;

    @Test
    void saysThatItSendsAndWaitsUntilOthersHaveHeard() {
        Fleet fleet = fleet(leaving("us-a", "us", 900), node("us-b", "us", 0));
        for (long waited = 0; waited < ShedPlanner.HEARSAY_NANOS; waited += TURN_NANOS) {
            ShedOrder order = turn(fleet);
            assertEquals(Cause.DRAIN, order.cause());
            assertTrue(order.isShedding());
            assertEquals(List.of(), order.targets());
        }
        assertEquals(250, turn(fleet).targets().size(), "half a second of 500");
    }

    @Test
    void sharesWhatANodeTakesWithOtherSenders() {
        NodeLoad taker = node("us-c", "us", 0);
        assertEquals(
                125,
                begun(fleet(leaving("us-a", "us", 900), leaving("us-b", "us", 900), taker))
                        .targets()
                        .size());
    }

    @Test
    void sendsInProportionToWhatEachLacks() {
        Fleet fleet = fleet(node("us-a", "us", 3_000), node("us-b", "us", 0), node("us-c", "us", 1_000));
        Map<String, Long> sent =
                begun(fleet).targets().stream().collect(Collectors.groupingBy(NodeLoad::node, Collectors.counting()));
        assertEquals(166, sent.values().stream().mapToLong(each -> each).sum(), "half a second's part of 1,667");
        assertTrue(sent.get("us-b") > 2 * sent.get("us-c"), "one lacks 1,333 and the other 333: " + sent);
    }

    @Test
    void leavesItsRegionOnlyWhenNobodyThereTakesAny() {
        NodeLoad near = node("eu-a", "eu", 0);
        NodeLoad far = node("ap-a", "ap", 0);
        NodeLoad full = node("us-b", "us", ROOM * 95 / 100);
        assertEquals(List.of("eu"), regions(begun(fleet(leaving("us-a", "us", 500), full, far, near))));
    }

    @Test
    void sessionsStayWhereNobodyTakesThem() {
        ShedOrder order = begun(fleet(leaving("us-a", "us", 500), leaving("us-b", "us", 10)));
        assertFalse(order.isShedding());
        assertEquals(List.of(), order.targets());
    }

    @Test
    void toleratesALittleMoreThanItsShareAndNeverSendsASurplusToAnotherRegion() {
        assertFalse(
                begun(fleet(node("us-a", "us", 1_090), node("us-b", "us", 910))).isShedding());
        assertFalse(
                begun(fleet(node("us-a", "us", 5_000), node("eu-b", "eu", 0))).isShedding());
        ShedOrder order = begun(fleet(node("us-a", "us", 1_200), node("us-b", "us", 800)));
        assertEquals(Cause.SURPLUS, order.cause());
        assertTrue(order.sparesNewcomers());
        assertEquals(20, order.targets().size(), "half a second's part of 200");
    }

    @Test
    void whoHasJustComeIsSpared() {
        Fleet fleet = fleet(node("us-a", "us", 1_200), node("us-b", "us", 800));
        for (int i = 0; i < 10; i++) {
            now += TURN_NANOS;
            assertFalse(planner.turn(fleet, () -> 0, now).isShedding());
        }
    }

    @Test
    void largerNodesHaveLargerShares() {
        NodeLoad large = load("us-b", "us", 2_000, 2 * ROOM, false);
        assertFalse(begun(fleet(node("us-a", "us", 1_000), large)).isShedding());
    }

    @Test
    void aPauseOfTheProcessIsNoReasonForABurst() {
        Fleet fleet = fleet(leaving("us-a", "us", 9_000), node("us-b", "us", 0));
        begun(fleet);
        now += TimeUnit.SECONDS.toNanos(60);
        assertTrue(planner.turn(fleet, () -> 0, now).targets().size() <= 500);
    }

    private ShedOrder begun(Fleet fleet) {
        for (long waited = 0; waited < ShedPlanner.HEARSAY_NANOS; waited += TURN_NANOS) {
            turn(fleet);
        }
        return turn(fleet);
    }

    private ShedOrder turn(Fleet fleet) {
        now += TURN_NANOS;
        return planner.turn(fleet, fleet.self()::sessions, now);
    }

    private static Fleet fleet(NodeLoad self, NodeLoad... others) {
        return new Fleet(self, List.of(others), Map.of("eu", 80_000L, "ap", 200_000L));
    }

    private static List<String> regions(ShedOrder order) {
        return new ArrayList<>(
                order.targets().stream().map(NodeLoad::region).distinct().toList());
    }

    private static NodeLoad node(String name, String region, int sessions) {
        return load(name, region, sessions, ROOM, false);
    }

    private static NodeLoad leaving(String name, String region, int sessions) {
        return load(name, region, sessions, ROOM, true);
    }

    private static NodeLoad load(String name, String region, int sessions, int max, boolean leaving) {
        int takes = ShedRules.DEFAULT.takesPerSecond();
        return new NodeLoad(name, region, name, true, leaving, false, leaving, 10, sessions, max, takes);
    }
}
