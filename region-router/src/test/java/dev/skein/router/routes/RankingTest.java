package dev.skein.router.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.client.v1.NodeRoute;
import dev.skein.proto.client.v1.RegionHealth;
import dev.skein.proto.client.v1.RegionRoute;
import dev.skein.proto.client.v1.RegionRtt;
import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.router.detect.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankingTest {

    private final Cluster cluster = new Cluster();
    private final Ranking ranking = new Ranking(RoutingRules.standard());

    @Test
    void theClientsRegionComesFirstAndThenTheNearest() {
        assertEquals(List.of("eu", "us", "ap"), regions(from("eu")));
        assertEquals(List.of("ap", "eu", "us"), regions(from("ap")));
    }

    @Test
    void aClientThatSaysNothingIsTakenToBeWhereItAsks() {
        assertEquals(List.of("us", "eu", "ap"), regions(ResolveRequest.newBuilder()));
        assertEquals(List.of("us", "eu", "ap"), regions(from("atlantis")));
    }

    @Test
    void theClientsProbesBeatTheMap() {
        ResolveRequest.Builder request = from("us").addProbes(probe("ap", 5)).addProbes(probe("us", 90));

        RouteTable table = resolve(request);

        assertEquals(List.of("ap", "eu", "us"), regions(table));
        assertEquals(5_000, table.getRegions(0).getRttMicros());
        assertEquals(75_000, table.getRegions(1).getRttMicros());
    }

    @Test
    void unhealthyRegionsComeLastWithTheirHealth() {
        cluster.changeRegion("us", r -> r.setOverloaded(true));
        cluster.changeRegion("eu", r -> r.setDraining(true));

        RouteTable table = resolve(from("us"));

        assertEquals(List.of("ap", "us", "eu"), regions(table));
        assertEquals(RegionHealth.REGION_HEALTH_OVERLOADED, table.getRegions(1).getHealth());
        assertEquals(RegionHealth.REGION_HEALTH_DRAINING, table.getRegions(2).getHealth());
    }

    @Test
    void aDeadRegionIsListedWithoutNodes() {
        cluster.lose("us");

        RegionRoute last = resolve(from("us")).getRegions(2);

        assertEquals("us", last.getRegion());
        assertEquals(RegionHealth.REGION_HEALTH_DEAD, last.getHealth());
        assertEquals(0, last.getNodesCount());
    }

    @Test
    void nodesThatTakeNoNewcomersComeAfterThoseThatDo() {
        cluster.change("us-a", r -> r.setOverloaded(true));
        cluster.change("us-b", r -> r.setDraining(true));

        for (int client = 0; client < 50; client++) {
            assertEquals(
                    List.of("us-c", "us-a", "us-b"), nodes(resolve(from("us").setClientId("c" + client)), 0));
        }
    }

    @Test
    void aQuarantinedNodeIsNoPlaceForASession() {
        cluster.change("us-a", r -> r.setQuarantined("log damaged"));

        List<String> nodes = nodes(resolve(from("us")), 0);

        assertEquals("us-a", nodes.get(2));
    }

    @Test
    void aSuspectNodeComesAfterTheOthersAndADeadOneNotAtAll() {
        cluster.verdict("us-a", Verdict.SUSPECT).verdict("us-b", Verdict.DEAD);

        assertEquals(List.of("us-c", "us-a"), nodes(resolve(from("us")), 0));
    }

    @Test
    void nodesTheClientFailedToReachComeLast() {
        for (int client = 0; client < 50; client++) {
            ResolveRequest.Builder request =
                    from("us").setClientId("c" + client).addFailedNodes("us-b");
            assertEquals("us-b", nodes(resolve(request), 0).get(2));
        }
    }

    @Test
    void aRegionWhoseNodesHaveAllFailedTheClientComesAfterOtherHealthyOnes() {
        ResolveRequest.Builder request = from("us").setCurrentRegion("us");
        request.addFailedNodes("us-a").addFailedNodes("us-b").addFailedNodes("us-c");

        assertEquals(List.of("eu", "ap", "us"), regions(request));
    }

    @Test
    void aClientStaysWhileTheOtherRegionIsLessThanTwentyMillisecondsBetter() {
        cluster.rtt("us", "us", 60).rtt("us", "eu", 41);
        assertEquals("us", regions(from("us").setCurrentRegion("us")).get(0));

        cluster.rtt("us", "eu", 40);
        assertEquals("eu", regions(from("us").setCurrentRegion("us")).get(0));
    }

    @Test
    void aClientStaysWhileTheOtherRegionIsLessThanAFifthBetter() {
        cluster.rtt("us", "eu", 200).rtt("us", "ap", 161);
        cluster.changeRegion("us", r -> r.setDraining(true));
        assertEquals("eu", regions(from("us").setCurrentRegion("eu")).get(0));

        cluster.rtt("us", "ap", 160);
        assertEquals("ap", regions(from("us").setCurrentRegion("eu")).get(0));
    }

    @Test
    void aClientDoesNotFlapWhileTwoRegionsAreAboutEquallyFar() {
        String current = "eu";
        cluster.changeRegion("us", r -> r.setDraining(true));
        for (int i = 0; i < 100; i++) {
            cluster.rtt("us", "eu", 100 + (i * 7) % 15).rtt("us", "ap", 100 + (i * 11) % 15);
            assertEquals("eu", regions(from("us").setCurrentRegion(current)).get(0));
        }
    }

    @Test
    void aClientLeavesARegionThatIsDrainingOrCondemned() {
        cluster.changeRegion("us", r -> r.setDraining(true));
        assertEquals("eu", regions(from("us").setCurrentRegion("us")).get(0));

        Cluster lost = new Cluster().lose("us");
        assertEquals(
                "eu", regions(resolve(lost, from("us").setCurrentRegion("us"))).get(0));
    }

    @Test
    void anOverloadedRegionKeepsItsClientsButTakesNoNewOnes() {
        cluster.changeRegion("us", r -> r.setOverloaded(true));

        assertEquals("us", regions(from("us").setCurrentRegion("us")).get(0));
        assertEquals("eu", regions(from("us")).get(0));
    }

    @Test
    void clientsSpreadEvenlyOverEqualNodes() {
        Map<String, Integer> first = firstChoices(9_000);

        first.forEach((node, count) -> assertTrue(Math.abs(count - 3_000) < 300, node + ": " + count));
        assertEquals(3, first.size());
    }

    @Test
    void clientsPreferNodesWithSpareCapacity() {
        cluster.change("us-a", r -> r.setLoadPercent(90));

        Map<String, Integer> first = firstChoices(9_000);

        assertTrue(first.get("us-a") < 1_200, "" + first);
        assertTrue(first.get("us-b") > 3_300 && first.get("us-c") > 3_300, "" + first);
    }

    @Test
    void theSameClientGetsTheSameNodeFromEveryRouter() {
        ResolveRequest.Builder request = from("us").setClientId("alice");
        assertEquals(nodes(resolve(request), 0), nodes(resolve(new Cluster(), request), 0));
    }

    @Test
    void nothingToLeaveMeansNoWaiting() {
        cluster.changeRegion("us", r -> r.setSessions(100_000));

        assertEquals(0, resolve(from("us").setCurrentRegion("us")).getSlotMs());
        assertEquals(0, resolve(from("us")).getSlotMs());
    }

    @Test
    void fewSessionsMoveAtOnce() {
        cluster.changeRegion("us", r -> r.setSessions(0)).lose("us");
        assertEquals(0, resolve(from("us").setCurrentRegion("us")).getSlotMs());
    }

    @Test
    void slotsAreUniformOverAWindowThatGrowsWithTheSessionsOnTheMove() {
        // 3 x 1,500 sessions move to three nodes that take 500 a second each: three seconds.
        cluster.changeRegion("us", r -> r.setSessions(1_500)).lose("us");
        RouteView view = cluster.view();
        int[] tenths = new int[10];
        for (int client = 0; client < 10_000; client++) {
            int slot = ranking.resolve(view, from("us").build(), "client-" + client, "us")
                    .getSlotMs();
            tenths[slot / 300]++;
        }

        for (int tenth = 0; tenth < 10; tenth++) {
            assertTrue(Math.abs(tenths[tenth] - 1_000) < 150, tenth + ": " + tenths[tenth]);
        }
    }

    @Test
    void slotsNeverExceedTheirLimitAndAreTheSameEachTime() {
        cluster.changeRegion("us", r -> r.setSessions(1_000_000)).lose("us");
        boolean late = false;
        for (int client = 0; client < 1_000; client++) {
            ResolveRequest.Builder request =
                    from("us").setClientId("c" + client).setCurrentRegion("us");
            int slot = resolve(request).getSlotMs();
            assertTrue(slot < 5_000, "" + slot);
            assertEquals(slot, resolve(request).getSlotMs());
            late |= slot > 4_000;
        }
        assertTrue(late);
    }

    @Test
    void clientsOfALostNodeSpreadTooButOnlyOverThatNodesSessions() {
        cluster.changeRegion("us", r -> r.setSessions(3_000));
        boolean any = false;
        for (int client = 0; client < 100; client++) {
            int slot = resolve(from("us")
                            .setClientId("c" + client)
                            .setCurrentRegion("us")
                            .addFailedNodes("us-a"))
                    .getSlotMs();
            assertTrue(slot < 2_000, "" + slot);
            any |= slot > 0;
        }
        assertTrue(any);
    }

    @Test
    void theVersionGrowsOnlyWithChangesThatMatter() {
        long version = cluster.view().version();
        cluster.change("us-a", r -> r.setLoadPercent(55).setSessions(7)).rtt("us", "eu", 80);
        assertEquals(version, cluster.view().version());

        cluster.change("us-a", r -> r.setDraining(true));
        assertEquals(version + 1, cluster.view().version());
    }

    @Test
    void aRegainedRegionIsHeldBackForAWhile() {
        cluster.lose("us").view();
        cluster.regain("us").pass(Duration.ofSeconds(1));
        assertEquals("eu", regions(from("us").setCurrentRegion("eu")).get(0));

        cluster.pass(Duration.ofSeconds(3));
        assertEquals("us", regions(from("us").setCurrentRegion("eu")).get(0));
    }

    @Test
    void anEmptyViewGivesAnEmptyAnswer() {
        RouteTable table =
                ranking.resolve(RouteView.empty("us-a", "us"), from("us").build(), "c", "us");
        assertEquals(0, table.getRegionsCount());
        assertEquals(0, table.getSlotMs());
        assertFalse(table.getAnsweredBy().isEmpty());
    }

    private Map<String, Integer> firstChoices(int clients) {
        RouteView view = cluster.view();
        Map<String, Integer> first = new HashMap<>();
        for (int client = 0; client < clients; client++) {
            RouteTable table = ranking.resolve(view, from("us").build(), "client-" + client, "");
            first.merge(table.getRegions(0).getNodes(0).getNode(), 1, Integer::sum);
        }
        return first;
    }

    private static ResolveRequest.Builder from(String region) {
        return ResolveRequest.newBuilder().setClientId("alice").setClientRegion(region);
    }

    private static RegionRtt probe(String region, long millis) {
        return RegionRtt.newBuilder()
                .setRegion(region)
                .setRttMicros(millis * 1_000)
                .build();
    }

    private RouteTable resolve(ResolveRequest.Builder request) {
        return resolve(cluster, request);
    }

    private RouteTable resolve(Cluster at, ResolveRequest.Builder request) {
        return ranking.resolve(at.view(), request.build(), request.getClientId(), request.getCurrentRegion());
    }

    private List<String> regions(ResolveRequest.Builder request) {
        return regions(resolve(request));
    }

    private static List<String> regions(RouteTable table) {
        return table.getRegionsList().stream().map(RegionRoute::getRegion).toList();
    }

    private static List<String> nodes(RouteTable table, int region) {
        return table.getRegions(region).getNodesList().stream()
                .map(NodeRoute::getNode)
                .toList();
    }
}
