package dev.skein.systemtests.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CutTest {

    private final Place usA = node("us-a", "us", "a");
    private final Place usB = node("us-b", "us", "b");
    private final Place euA = node("eu-a", "eu", "a");
    private final Place usClients = Place.clients("us", 0);

    @Test
    void cutsARegionOffEverythingButItself() {
        Cut cut = Cut.off("us");
        assertTrue(cut.covers(usA, euA));
        assertTrue(cut.covers(euA, usA));
        assertFalse(cut.covers(usA, usB));
    }

    @Test
    void leavesTheClientsOfALostRegionOutside() {
        Cut cut = Cut.off("us");
        assertTrue(cut.covers(usClients, usA));
        assertFalse(cut.covers(usClients, euA));
    }

    @Test
    void cutsOneDirectionOnly() {
        Cut cut = new Cut("us-a", "eu", false);
        assertTrue(cut.covers(usA, euA));
        assertFalse(cut.covers(euA, usA));
        assertFalse(cut.covers(usB, euA));
    }

    @Test
    void cutsAZoneWrittenWithItsRegion() {
        Cut cut = Cut.off("us/b");
        assertTrue(cut.covers(usA, usB));
        assertFalse(cut.covers(usA, euA));
    }

    @Test
    void cutsEveryPathBetweenDifferentPlacesForTwoStars() {
        Cut cut = new Cut("*", "*", false);
        assertTrue(cut.covers(usA, usB));
        assertFalse(cut.covers(usA, usA));
    }

    @Test
    void listsWhatIsKnownWhenASelectorMeansNothing() {
        Places places = new Places();
        places.add(usA);
        places.add(usClients);
        Exception refused = assertThrows(IllegalArgumentException.class, () -> places.checkKnown("from", "mars"));
        assertEquals("from: mars (expected: one of *, clients/us, us, us-a, us/a)", refused.getMessage());
    }

    private static Place node(String name, String region, String zone) {
        return new Place(name, PlaceKind.NODE, region, zone, List.of(), 0);
    }
}
