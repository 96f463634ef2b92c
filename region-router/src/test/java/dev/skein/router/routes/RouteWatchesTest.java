package dev.skein.router.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.client.v1.ResolveRequest;
import dev.skein.proto.client.v1.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteWatchesTest {

    private final Cluster cluster = new Cluster();
    private final RouteWatches watches = new RouteWatches(new Ranking(RoutingRules.standard()), cluster.view());
    private final List<RouteTable> told = new ArrayList<>();

    @Test
    void tellsThePresentAnswerAtOnce() {
        follow("us");
        assertEquals("us", told.get(0).getRegions(0).getRegion());
    }

    @Test
    void saysNothingWhenOnlyFiguresMove() {
        follow("us");
        cluster.change("us-a", r -> r.setLoadPercent(70).setSessions(9)).rtt("us", "eu", 78);
        refresh();
        assertEquals(1, told.size());
    }

    @Test
    void tellsOfALostRegionAndOfItsReturn() {
        follow("us");
        cluster.lose("us");
        refresh();
        assertEquals("eu", told.get(1).getRegions(0).getRegion());

        cluster.regain("us").pass(Duration.ofSeconds(4));
        refresh();
        assertEquals("us", told.get(2).getRegions(0).getRegion());
        assertEquals(3, told.size());
    }

    @Test
    void takesTheClientToBeWhereItWasSent() {
        follow("us");
        cluster.rtt("us", "us", 50).rtt("us", "eu", 29);
        refresh();
        assertEquals("eu", told.get(1).getRegions(0).getRegion());

        cluster.rtt("us", "us", 28);
        refresh();
        assertEquals(2, told.size(), "one millisecond is no reason to go back");
    }

    @Test
    void worksThroughManyWatchersInPortions() {
        for (int i = 0; i < 25; i++) {
            follow("us");
        }
        cluster.lose("us");
        watches.view(cluster.view());

        assertTrue(watches.advance(10));
        assertEquals(35, told.size());
        assertTrue(watches.advance(10));
        assertFalse(watches.advance(10));
        assertEquals(50, told.size());
    }

    @Test
    void refusesMoreWatchersThanAllowed() {
        for (int i = 0; i < RouteWatches.WATCHERS_MAX; i++) {
            assertTrue(watches.add(RouteWatches.watch(request("us"), "c", table -> {})));
        }
        assertFalse(watches.add(RouteWatches.watch(request("us"), "c", table -> {})));
    }

    @Test
    void dropsAWatcherThatFails() {
        watches.add(RouteWatches.watch(request("us"), "c", table -> {
            throw new IllegalStateException("broken");
        }));
        assertEquals(0, watches.size());
    }

    @Test
    void aRemovedWatcherHearsNothingMore() {
        RouteWatches.Watch watch = RouteWatches.watch(request("us"), "c", told::add);
        watches.add(watch);
        watches.remove(watch);
        cluster.lose("us");
        refresh();
        assertEquals(1, told.size());
    }

    private void follow(String region) {
        watches.add(RouteWatches.watch(request(region), "c", told::add));
    }

    private void refresh() {
        watches.view(cluster.view());
        while (watches.advance(1)) {
            assertTrue(watches.size() > 0);
        }
    }

    private static ResolveRequest request(String region) {
        return ResolveRequest.newBuilder().setClientRegion(region).build();
    }
}
