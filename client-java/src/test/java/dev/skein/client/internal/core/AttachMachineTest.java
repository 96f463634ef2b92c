package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.Reason;
import dev.skein.client.RetryAdvice;
import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.GoAway;
import dev.skein.proto.client.v1.NodeRoute;
import dev.skein.proto.client.v1.Pong;
import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Welcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttachMachineTest implements AttachMachine.Observer {

    private final VirtualClock clock = new VirtualClock();
    private final Random random = new Random(5);
    private final RouteBook book = new RouteBook(clock.timers, List.of("seed:1"));
    private final List<ScriptedLink> dialled = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private final SessionMachine session =
            new SessionMachine(clock.timers, random, Runnable::run, new Counters(), namespace -> {});
    private final AttachMachine machine = new AttachMachine(
            clock.timers,
            random,
            book,
            (endpoint, events) -> {
                dialled.add(new ScriptedLink(endpoint, events));
                return last();
            },
            session,
            this);

    @Test
    void attachesToTheBestCandidate() {
        routes("us", "eu");
        machine.start();
        welcome(last(), "us");
        assertEquals(List.of("us:1"), endpoints());
        assertEquals(List.of("attached us:1"), seen);
    }

    @Test
    void triesTheNextBesideOneThatDoesNotAnswerAndTakesTheFirstWelcome() {
        routes("us", "eu");
        machine.start();
        clock.advance(Duration.ofMillis(350));
        assertEquals(List.of("us:1", "us:2"), endpoints());
        welcome(dialled.get(1), "us");
        assertEquals(List.of("attached us:2"), seen);
        assertTrue(dialled.get(0).closed);
    }

    @Test
    void triesTheNextAtOnceWhenOneIsRefused() {
        routes("us");
        machine.start();
        end(last(), "refused");
        assertEquals(List.of("us:1", "us:2"), endpoints());
    }

    @Test
    void replacesALostSessionWithoutDelayAndTurnsToOtherRegionsToo() {
        routes("us", "eu", "ap");
        attachTo("us");
        hold(Duration.ofSeconds(3));
        end(last(), "reset");
        assertEquals(List.of("us:1", "us:2"), endpoints());
        clock.advance(Duration.ofMillis(350));
        assertEquals(List.of("us:1", "us:2", "eu:1"), endpoints());
        welcome(last(), "eu");
        assertEquals(List.of("attached us:1", "detached us:1", "attached eu:1"), seen);
    }

    @Test
    void backsOffWhenNothingIsReachableAndNeverFloods() {
        machine.start();
        int before = 0;
        for (int second = 0; second < 60; second++) {
            clock.advance(Duration.ofSeconds(1));
            while (before < dialled.size()) {
                end(dialled.get(before++), "refused");
            }
        }
        assertTrue(dialled.size() >= 5, () -> "only " + dialled.size() + " attempts in a minute");
        assertTrue(dialled.size() <= 40, () -> dialled.size() + " attempts in a minute");
        assertTrue(seen.contains("nothing reachable"));
    }

    @Test
    void doesNotHammerANodeThatEndsEachSessionAtOnce() {
        machine.start();
        for (int i = 0; i < 200; i++) {
            if (!last().closed && machine.link().isEmpty()) {
                welcome(last(), "us");
                end(last(), "go");
            }
            clock.advance(Duration.ofMillis(50));
        }
        assertTrue(dialled.size() < 30, () -> dialled.size() + " sessions in ten seconds");
    }

    @Test
    void attachesElsewhereAtOnceHoweverOftenTheApplicationAsks() {
        routes("us", "eu");
        attachTo("us");
        for (int time = 1; time <= 20; time++) {
            machine.reattach();
            assertEquals(time + 1, dialled.size());
            assertNotEquals(dialled.get(time - 1).endpoint(), last().endpoint());
            welcome(last(), "us");
            clock.advance(Duration.ofMillis(1));
        }
    }

    @Test
    void givesUpASilentStreamAfterThreeIntervals() {
        routes("us", "eu");
        attachTo("us");
        clock.advance(Duration.ofMillis(1_250));
        assertEquals(1, seen.size());
        clock.advance(Duration.ofMillis(500));
        assertEquals("detached us:1", seen.get(1));
        assertTrue(dialled.get(0).pings() >= 2);
    }

    @Test
    void doesNotBlameTheServerForItsOwnStandstill() {
        routes("us", "eu");
        attachTo("us");
        clock.stall(Duration.ofSeconds(3));
        machine.frame(dialled.get(0), pong());
        clock.advance(Duration.ofMillis(500));
        assertEquals(List.of("attached us:1"), seen);
    }

    @Test
    void leavesADrainingNodeOnlyWhenTheNextHasWelcomedIt() {
        routes("us", "eu");
        attachTo("us");
        ScriptedLink old = last();
        machine.frame(
                old,
                ServerFrame.newBuilder()
                        .setGoAway(GoAway.newBuilder().setSlotMs(40))
                        .build());
        assertEquals(1, dialled.size());
        clock.advance(Duration.ofMillis(50));
        assertEquals("us:2", last().endpoint());
        assertFalse(old.closed);
        welcome(last(), "us");
        assertTrue(old.closed);
        assertEquals(List.of("attached us:1", "attached us:2"), seen);
    }

    @Test
    void goesWhereAFullNodeSaysThereIsRoomButNotToAndFro() {
        machine.start();
        sendOn(last(), "other:1, seed:1,full:1");
        assertEquals(List.of("seed:1", "other:1"), endpoints());
        sendOn(last(), "seed:1,other:1");
        assertEquals(List.of("seed:1", "other:1", "full:1"), endpoints());
        welcome(last(), "us");
        assertEquals("attached full:1", seen.get(seen.size() - 1));
    }

    private void sendOn(ScriptedLink link, String endpoints) {
        Map<String, String> metadata = Map.of("endpoints", endpoints);
        machine.ended(link, new SkeinException(Reason.OVERLOADED, "full", RetryAdvice.SAFE, metadata));
    }

    @Test
    void keepsTheMoveUnderWayWhenTheOldSessionEndsMeanwhile() {
        routes("us", "eu");
        attachTo("us");
        ScriptedLink old = last();
        machine.frame(
                old,
                ServerFrame.newBuilder().setGoAway(GoAway.getDefaultInstance()).build());
        clock.advance(Duration.ofMillis(1));
        ScriptedLink next = last();
        end(old, "stopped");
        welcome(next, "us");
        assertEquals(List.of("attached us:1", "detached us:1", "attached us:2"), seen);
    }

    @Test
    void movesToABetterRegionAfterSettling() {
        routes("us", "eu");
        attachTo("eu");
        hold(Duration.ofSeconds(15));
        machine.routesChanged(Duration.ZERO);
        hold(Duration.ofSeconds(4));
        welcome(dialled.get(1), "us");
        assertEquals("us", machine.welcome().orElseThrow().getRegion());
        assertTrue(dialled.get(0).closed);
    }

    @Test
    void movesToABetterRegionLaterWhenItHasOnlyJustAttached() {
        routes("us", "eu");
        attachTo("eu");
        hold(Duration.ofSeconds(2));
        machine.routesChanged(Duration.ZERO);
        machine.routesChanged(Duration.ZERO);
        hold(Duration.ofSeconds(7));
        assertEquals(1, dialled.size());
        hold(Duration.ofSeconds(5));
        assertTrue(dialled.size() > 1, "it must have moved by now");
        assertEquals("us:2", dialled.get(1).endpoint());
    }

    @Test
    void triesAMoveInVainAgain() {
        routes("us", "eu");
        attachTo("eu");
        hold(Duration.ofSeconds(15));
        machine.routesChanged(Duration.ZERO);
        hold(Duration.ofSeconds(4));
        end(dialled.get(1), "refused");
        end(last(), "refused");
        int before = dialled.size();
        hold(Duration.ofSeconds(9));
        assertEquals(before, dialled.size());
        hold(Duration.ofSeconds(5));
        assertTrue(dialled.size() > before, "it must have tried again by now");
        welcome(last(), "us");
        assertEquals("us", machine.welcome().orElseThrow().getRegion());
    }

    @Test
    void staysWhereItIsUnlessAnotherRegionIsClearlyNearer() {
        routes("us", "eu");
        book.measured(java.util.Map.of("us", 50_000L, "eu", 65_000L));
        assertEquals("eu", book.bestRegion("eu").orElseThrow());
        book.measured(java.util.Map.of("us", 50_000L, "eu", 75_000L));
        assertEquals("us", book.bestRegion("eu").orElseThrow());
        book.measured(java.util.Map.of("us", 250_000L, "eu", 290_000L));
        assertEquals("eu", book.bestRegion("eu").orElseThrow());
        assertEquals("us", book.bestRegion("gone").orElseThrow());
    }

    @Test
    void refusesANodeOfAnotherCluster() {
        routes("us");
        attachTo("us");
        end(last(), "reset");
        clock.advance(Duration.ofSeconds(1));
        ScriptedLink other = last();
        machine.frame(other, welcomeFrame("us", "another cluster"));
        assertTrue(other.closed);
        assertTrue(seen.contains("failed " + other.endpoint() + " CLUSTER_MISMATCH"), seen::toString);
    }

    @Test
    void refusesAServerThatDoesNotSayWelcomeFirst() {
        machine.start();
        ScriptedLink link = last();
        machine.frame(link, pong());
        assertTrue(link.closed);
        assertEquals("failed seed:1 PROTOCOL_VIOLATION", seen.get(0));
    }

    @Test
    void triesFailedNodesLast() {
        routes("us", "eu");
        book.failed("us:1");
        assertEquals(List.of("us:2", "eu:1", "eu:2", "seed:1", "us:1"), book.candidates(null));
        clock.advance(Duration.ofSeconds(11));
        assertEquals("us:1", book.candidates(null).get(0));
    }

    @Test
    void ordersHealthyRegionsByItsOwnMeasurements() {
        routes("us", "eu");
        book.measured(java.util.Map.of("us", 90_000L, "eu", 2_000L));
        assertEquals("eu", book.bestRegion().orElseThrow());
    }

    @Override
    public void attached(SessionLink link, Welcome welcome) {
        seen.add("attached " + link.endpoint());
    }

    @Override
    public void detached(SessionLink link, Welcome welcome, SkeinException cause) {
        seen.add("detached " + link.endpoint());
    }

    @Override
    public void failed(String endpoint, SkeinException cause) {
        seen.add("failed " + endpoint + " " + cause.reason());
    }

    @Override
    public void nothingReachable() {
        seen.add("nothing reachable");
    }

    private void attachTo(String region) {
        machine.start();
        welcome(last(), region);
    }

    /** Time passes, and the attached node answers pings. */
    private void hold(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 200) {
            clock.advance(Duration.ofMillis(200));
            machine.link().ifPresent(link -> machine.frame(link, pong()));
        }
    }

    private void welcome(ScriptedLink link, String region) {
        machine.frame(link, welcomeFrame(region, "cluster"));
    }

    private static ServerFrame welcomeFrame(String region, String cluster) {
        return ServerFrame.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setClusterId(cluster)
                        .setNode(region + "-a")
                        .setRegion(region)
                        .setHeartbeatMs(500))
                .build();
    }

    private static ServerFrame pong() {
        return ServerFrame.newBuilder().setPong(Pong.getDefaultInstance()).build();
    }

    private void end(ScriptedLink link, String text) {
        machine.ended(link, new SkeinException(Reason.UNAVAILABLE, text, false));
    }

    private ScriptedLink last() {
        return dialled.get(dialled.size() - 1);
    }

    private List<String> endpoints() {
        return dialled.stream().map(ScriptedLink::endpoint).toList();
    }

    /** Two nodes in each region. */
    private void routes(String... regions) {
        RouteTable.Builder table = RouteTable.newBuilder();
        for (String region : regions) {
            table.addRegions(RegionRoute.newBuilder()
                    .setRegion(region)
                    .setHealth(RegionHealth.REGION_HEALTH_HEALTHY)
                    .addNodes(NodeRoute.newBuilder().setNode(region + "-a").setEndpoint(region + ":1"))
                    .addNodes(NodeRoute.newBuilder().setNode(region + "-b").setEndpoint(region + ":2")));
        }
        book.update(table.build());
    }
}
