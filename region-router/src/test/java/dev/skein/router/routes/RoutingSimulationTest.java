package dev.skein.router.routes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.testing.Schedules;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Routing decisions through seeded schedules: members come, go, suspect each other, fill up and drain, clients ask, fail and move. Every
 * answer is held against rules that are written down apart from the code.
 */
final class RoutingSimulationTest {

    private static final int SCHEDULES = 32_000;

    /** A defect that stays unseen for so many schedules would be a gap in the checks. */
    private static final int SCHEDULES_TO_NOTICE = 2_000;

    @Test
    void everyScheduleKeepsEveryRule() {
        Schedules.run(SCHEDULES, seed -> new RoutingWorld(seed, RoutingWorld.Defect.NONE).run());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aDefectIsNoticed(RoutingWorld.Defect defect) {
        Optional<String> found =
                Schedules.firstBroken(SCHEDULES_TO_NOTICE, seed -> new RoutingWorld(seed, defect).run());
        assertTrue(found.isPresent(), defect + " went unseen in " + SCHEDULES_TO_NOTICE + " schedules");
    }
}
