package dev.skein.systemtests.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class WanProfileTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");

    @Test
    void takesHalfARoundTripEachWay() {
        assertEquals(37_500_000, delay("us", "eu"));
        assertEquals(107_500_000, delay("us", "ap"));
        assertEquals(87_500_000, delay("ap", "eu"));
    }

    @Test
    void separatesZonesOfARegionByALittle() {
        Place first = new Place("us-a", PlaceKind.NODE, "us", "a", List.of(), 0);
        Place second = new Place("us-b", PlaceKind.NODE, "us", "b", List.of(), 0);
        assertEquals(500_000, plan("global").between(first, second).delayNanos());
        assertEquals(0, plan("global").between(first, first).delayNanos());
    }

    @Test
    void addsNothingForTheProfileNone() {
        Place us = new Place("us-a", PlaceKind.NODE, "us", "a", List.of(), 0);
        Place eu = new Place("eu-b", PlaceKind.NODE, "eu", "b", List.of(), 0);
        assertEquals(PathSettings.NONE, plan("none").between(us, eu));
    }

    @Test
    void refusesAnUnknownWordWithTheKnownOnes() {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> WanProfile.named("moon"));
        assertEquals("wan: moon (expected: one of none, close, atlantic, global)", refused.getMessage());
    }

    @Test
    void refusesAPlaceOutsideOfTheRegions() {
        Place mars = new Place("mars-a", PlaceKind.NODE, "mars", "a", List.of(), 0);
        Place us = new Place("us-a", PlaceKind.NODE, "us", "a", List.of(), 0);
        assertThrows(IllegalArgumentException.class, () -> plan("global").between(us, mars));
    }

    private static long delay(String from, String to) {
        Place first = new Place(from + "-a", PlaceKind.NODE, from, "a", List.of(), 0);
        Place second = new Place(to + "-a", PlaceKind.NODE, to, "a", List.of(), 0);
        return plan("global").between(first, second).delayNanos();
    }

    private static WanPlan plan(String wan) {
        return new WanPlan(REGIONS, wan, null, 0, 1, List.of());
    }
}
