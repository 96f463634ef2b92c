package dev.skein.systemtests.wan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PathGridTest {

    private static final Place US = new Place("us-a", PlaceKind.NODE, "us", "a", List.of("127.0.0.1:1"), 0);
    private static final Place EU = new Place("eu-a", PlaceKind.NODE, "eu", "a", List.of("127.0.0.1:2"), 0);

    @Test
    void aResetGivesAWayTheProfilesSettingsBack() {
        WanPlan plan = new WanPlan(List.of("us", "eu"), "close", null, 0, 1, List.of(US, EU));
        PathGrid grid = new PathGrid(plan, () -> 0);
        grid.cover(List.of(US, EU));
        PathSettings before = grid.path(US, EU).settings();
        Cut way = Cut.off("eu");

        assertEquals(2, grid.change(way, old -> PathSettings.NONE));
        assertNotEquals(before, grid.path(US, EU).settings());

        assertEquals(2, grid.reset(way));
        assertEquals(before, grid.path(US, EU).settings());
    }
}
