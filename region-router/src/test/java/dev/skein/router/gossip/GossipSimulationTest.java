package dev.skein.router.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.gossip.v1.ShardLed;
import dev.skein.router.detect.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GossipSimulationTest {

    private static final Duration SETTLED = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyoneKnowsEveryoneWithinTwoSecondsOfStart(long seed) {
        GossipWorld world = new GossipWorld(seed).with("us", "eu", "ap");
        world.loss = 0.05;

        world.runUntil(Duration.ofSeconds(2), () -> world.running().stream().allMatch(n -> allAlive(world, n)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aChangeReachesEveryoneWithinTwoSeconds(long seed) {
        GossipWorld world = settled(seed);
        world.loss = 0.05;

        GossipWorld.SimNode leader = world.node("us-a");
        leader.facts = leading("default/7", 9);

        world.runUntil(Duration.ofSeconds(2), () -> world.running().stream()
                .allMatch(n -> n.core.leaders().leaderOf("default/7").equals(Optional.of("us-a"))));
    }

    @Test
    void anUndisturbedClusterNeverSuspectsAnybody() {
        GossipWorld world = settled(6);
        world.loss = 0.02;

        for (int i = 0; i < 1_200; i++) {
            world.run(Duration.ofMillis(250));
            assertTrue(world.running().stream().allMatch(n -> allAlive(world, n)), "after " + i + " checks");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aKilledNodeIsSuspectedAndThenDead(long seed) {
        GossipWorld world = settled(seed);
        world.node("eu-b").killed = true;

        Duration suspected = world.runUntil(Duration.ofSeconds(4), () -> everyoneSees(world, "eu-b", Verdict.SUSPECT));
        world.runUntil(Duration.ofSeconds(5), () -> everyoneSees(world, "eu-b", Verdict.DEAD));

        assertTrue(suspected.compareTo(Duration.ofMillis(700)) > 0, "hastily: " + suspected);
        assertTrue(world.running().stream().allMatch(n -> n.healthOf("eu") == RegionHealth.REGION_HEALTH_HEALTHY));
    }

    @Test
    void aDeadNodesClaimsEnd() {
        GossipWorld world = new GossipWorld(11).with("us", "eu", "ap");
        world.node("us-a").facts = leading("default/1", 5);
        world.run(SETTLED);
        assertEquals(Optional.of("us-a"), world.node("ap-c").core.leaders().leaderOf("default/1"));

        world.node("us-a").killed = true;
        world.run(SETTLED);

        assertEquals(Optional.empty(), world.node("ap-c").core.leaders().leaderOf("default/1"));
    }

    @Test
    void theHigherTermLeads() {
        GossipWorld world = settled(12);
        world.node("us-a").facts = leading("default/1", 5);
        world.node("eu-a").facts = leading("default/1", 6);
        world.run(Duration.ofSeconds(3));

        assertTrue(world.running().stream()
                .allMatch(n -> n.core.leaders().leaderOf("default/1").equals(Optional.of("eu-a"))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aLostRegionIsCondemnedByTheTwoThatAreLeft(long seed) {
        GossipWorld world = settled(seed);
        killRegion(world, "us");

        world.runUntil(Duration.ofSeconds(5), () -> world.running().stream()
                .allMatch(n -> n.healthOf("us") == RegionHealth.REGION_HEALTH_SUSPECT));
        world.runUntil(Duration.ofSeconds(6), () -> world.running().stream()
                .allMatch(n -> n.healthOf("us") == RegionHealth.REGION_HEALTH_DEAD));

        assertTrue(world.running().stream().allMatch(n -> n.healthOf("eu") == RegionHealth.REGION_HEALTH_HEALTHY));
        assertTrue(world.running().stream().allMatch(n -> n.healthOf("ap") == RegionHealth.REGION_HEALTH_HEALTHY));
    }

    @Test
    void aRegionCutOffFromOneOtherOnlyIsNotCondemned() {
        GossipWorld world = settled(21);
        world.cut = (from, to) -> between(from, to, "us", "eu");

        for (int i = 0; i < 60; i++) {
            world.run(Duration.ofMillis(500));
            for (GossipWorld.SimNode node : world.running()) {
                for (String region : List.of("us", "eu", "ap")) {
                    assertEquals(RegionHealth.REGION_HEALTH_HEALTHY, node.healthOf(region), node.name);
                }
            }
        }
    }

    @Test
    void aCutOffRegionCannotCondemnTheOthers() {
        GossipWorld world = settled(22);
        world.cut = (from, to) -> from.region.equals("us") != to.region.equals("us");
        world.run(Duration.ofSeconds(20));

        GossipWorld.SimNode inside = world.node("us-b");
        assertEquals(Verdict.DEAD, inside.verdictOn("eu-a"));
        assertEquals(RegionHealth.REGION_HEALTH_HEALTHY, inside.healthOf("eu"));
        assertEquals(RegionHealth.REGION_HEALTH_HEALTHY, inside.healthOf("ap"));
        assertEquals(RegionHealth.REGION_HEALTH_DEAD, world.node("eu-a").healthOf("us"));
        assertEquals(RegionHealth.REGION_HEALTH_DEAD, world.node("ap-a").healthOf("us"));
    }

    @Test
    void halvesOfAHealedPartitionFindEachOther() {
        GossipWorld world = settled(23);
        world.cut = (from, to) -> from.region.equals("us") != to.region.equals("us");
        world.run(Duration.ofMinutes(2));
        assertEquals(Verdict.DEAD, world.node("us-a").verdictOn("eu-a"));

        world.cut = (from, to) -> false;
        world.runUntil(Duration.ofSeconds(10), () -> world.running().stream().allMatch(n -> allAlive(world, n)));
        world.run(Duration.ofSeconds(4));
        assertEquals(RegionHealth.REGION_HEALTH_HEALTHY, world.node("eu-a").healthOf("us"));
    }

    @Test
    void aFlappingRegionStaysSuspectUntilItHasBeenWellForAWhile() {
        GossipWorld world = settled(24);
        world.cut = (from, to) -> from.region.equals("us") != to.region.equals("us");
        world.run(Duration.ofSeconds(8));
        world.cut = (from, to) -> false;

        GossipWorld.SimNode observer = world.node("eu-a");
        world.runUntil(Duration.ofSeconds(10), () -> observer.sees("us-a", Verdict.ALIVE));
        assertEquals(RegionHealth.REGION_HEALTH_SUSPECT, observer.healthOf("us"));
        world.run(Duration.ofSeconds(8));
        assertEquals(RegionHealth.REGION_HEALTH_HEALTHY, observer.healthOf("us"));
    }

    @Test
    void aNodeThatWasPausedBlamesNobody() {
        GossipWorld world = settled(25);
        GossipWorld.SimNode paused = world.node("ap-a");
        paused.stopped = true;
        world.run(Duration.ofSeconds(30));
        assertEquals(Verdict.DEAD, world.node("us-a").verdictOn("ap-a"));

        paused.stopped = false;
        world.run(Duration.ofSeconds(5));
        assertEquals(Set.of(), paused.suspected);
        assertEquals(Verdict.ALIVE, world.node("us-a").verdictOn("ap-a"));
    }

    @Test
    void aRestartSupersedesThePast() {
        GossipWorld world = settled(31);
        long before = world.node("us-a").member("eu-a").record().getIncarnation();
        world.node("eu-a").killed = true;
        world.run(Duration.ofMillis(300));
        GossipWorld.SimNode again = world.start("eu-a", "eu");

        world.runUntil(
                Duration.ofSeconds(3),
                () -> world.node("us-a").member("eu-a").record().getIncarnation() > before);
        assertEquals(Verdict.ALIVE, world.node("us-a").verdictOn("eu-a"));
        world.run(SETTLED);
        assertTrue(again.duplicates.isEmpty());
    }

    @Test
    void aRestartWithAnEarlierClockOutbidsThePast() {
        GossipWorld world = settled(32);
        SelfRecord future = new SelfRecord(
                new SelfIdentity("eu-e", "eu", "a", GossipWorld.address("eu-e"), GossipWorld.address("eu-e"), false),
                world.wallMillis() + 3_600_000,
                Duration.ofSeconds(1));
        future.beat(SelfFacts.idle("cluster-1"), List.of(), List.of(), world.nanoTime());
        world.node("us-a").core.onRequest(Requests.from(future.record()), world.nanoTime());
        world.run(SETTLED);
        assertEquals(Verdict.DEAD, world.node("ap-a").verdictOn("eu-e"));

        GossipWorld.SimNode back = world.start("eu-e", "eu");
        world.runUntil(Duration.ofSeconds(12), () -> everyoneSees(world, "eu-e", Verdict.ALIVE));
        assertTrue(back.duplicates.isEmpty());
    }

    @Test
    void whoLeavesIsNotSuspected() {
        GossipWorld world = settled(33);
        world.node("ap-b").leave();

        for (int i = 0; i < 100; i++) {
            world.run(Duration.ofMillis(100));
            assertTrue(world.running().stream().noneMatch(n -> n.sees("ap-b", Verdict.SUSPECT)));
        }
        assertTrue(everyoneSees(world, "ap-b", Verdict.LEFT));
    }

    @Test
    void whoLeftIsForgottenByAllAndNotBroughtBack() {
        GossipWorld world = new GossipWorld(34);
        world.config = forgetting(Duration.ofSeconds(20));
        world.with("us", "eu", "ap").run(SETTLED);
        world.node("ap-b").leave();
        world.runUntil(Duration.ofSeconds(25), () -> !knows(world.node("us-a"), "ap-b", world));

        // Peers forget at different moments; whoever still remembers must not teach the others again.
        world.run(Duration.ofSeconds(10));
        assertTrue(world.running().stream().noneMatch(n -> knows(n, "ap-b", world)));
    }

    @Test
    void aSecondProcessWithTheSameNameIsRefusedAndTold() {
        GossipWorld world = settled(41);
        GossipWorld.SimNode original = world.node("eu-a");
        GossipWorld.SimNode second = world.start("eu-a", "eu", "elsewhere.test:7000", false);
        world.run(Duration.ofSeconds(15));

        assertFalse(second.duplicates.isEmpty());
        assertTrue(second.duplicates.get(0).refused());
        String address = world.node("us-a").member("eu-a").record().getPeerAddress();
        assertTrue(original.duplicates.stream().noneMatch(DuplicateNode::refused));
        assertEquals(GossipWorld.address("eu-a"), address);
    }

    @Test
    void aMovedNodeGetsItsNameOnceItsPastIsSilent() {
        GossipWorld world = settled(42);
        world.node("eu-a").killed = true;
        GossipWorld.SimNode moved = world.start("eu-a", "eu", "elsewhere.test:7000", false);

        world.runUntil(Duration.ofSeconds(6), () -> world.running().stream()
                .allMatch(n -> n.member("eu-a").record().getPeerAddress().equals("elsewhere.test:7000")));
        world.run(SETTLED);
        assertTrue(moved.duplicates.isEmpty());
    }

    @Test
    void aLoneRouterLearnsTheClusterAndIsNoPlaceForClients() {
        GossipWorld world = settled(51);
        GossipWorld.SimNode router = world.start("router-1", "us", "router.test:7000", true);
        router.facts = SelfFacts.idle("");
        world.run(Duration.ofSeconds(3));

        assertEquals("cluster-1", router.core.clusterId());
        assertTrue(everyoneSees(world, "router-1", Verdict.ALIVE));
        killRegion(world, "us");
        world.run(SETTLED);
        assertEquals(RegionHealth.REGION_HEALTH_DEAD, router.healthOf("us"));
    }

    @Test
    void theCostPerNodeIsFlat() {
        GossipWorld small = settled(61);
        GossipWorld large = new GossipWorld(62).with("r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10");
        large.run(SETTLED);

        double smallRate = rate(small);
        double largeRate = rate(large);
        assertTrue(largeRate <= smallRate * 1.2, smallRate + " -> " + largeRate);
    }

    private static boolean knows(GossipWorld.SimNode observer, String node, GossipWorld world) {
        return observer.core.members(world.nanoTime()).stream()
                .anyMatch(m -> m.node().equals(node));
    }

    private static GossipConfig forgetting(Duration left) {
        GossipConfig standard = GossipConfig.standard();
        return new GossipConfig(
                standard.intraRegionInterval(),
                standard.interRegionInterval(),
                standard.intraRegionPeers(),
                standard.interRegionPeers(),
                standard.slowFactsInterval(),
                standard.exchangeTimeout(),
                standard.forgetDead(),
                left,
                standard.phi());
    }

    private static double rate(GossipWorld world) {
        long before = world.exchanges;
        world.run(Duration.ofSeconds(20));
        return (double) (world.exchanges - before) / world.running().size();
    }

    private static GossipWorld settled(long seed) {
        GossipWorld world = new GossipWorld(seed).with("us", "eu", "ap");
        world.run(SETTLED);
        return world;
    }

    private static void killRegion(GossipWorld world, String region) {
        for (GossipWorld.SimNode node : world.running()) {
            if (node.region.equals(region) && !node.name.startsWith("router")) {
                node.killed = true;
            }
        }
    }

    private static SelfFacts leading(String group, long term) {
        ShardLed led = ShardLed.newBuilder().setGroup(group).setTerm(term).build();
        return new SelfFacts("cluster-1", 0, false, false, "", "", 0, 0, 0, false, 0, List.of(led), List.of(), "");
    }

    private static boolean allAlive(GossipWorld world, GossipWorld.SimNode observer) {
        return world.running().stream().allMatch(n -> observer.sees(n.name, Verdict.ALIVE));
    }

    private static boolean everyoneSees(GossipWorld world, String node, Verdict verdict) {
        return world.running().stream().filter(n -> !n.name.equals(node)).allMatch(n -> n.sees(node, verdict));
    }

    private static boolean between(GossipWorld.SimNode from, GossipWorld.SimNode to, String one, String other) {
        return from.region.equals(one) && to.region.equals(other) || from.region.equals(other) && to.region.equals(one);
    }
}
