package dev.skein.router.gossip;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.testing.Schedules;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Gossip through seeded schedules: nodes die, come back, stand still; ways are cut in one direction or both; exchanges are lost and come
 * late; leaders change. When the trouble is over everybody must see the same, and see it as it is.
 */
final class ConvergenceSimulationTest {

    private static final int SCHEDULES = 500;

    /** A defect that stays unseen for so many schedules would be a gap in the checks. */
    private static final int SCHEDULES_TO_NOTICE = 100;

    @Test
    void everyScheduleConverges() {
        Schedules.run(SCHEDULES, seed -> new TroubledGossip(seed, TroubledGossip.Defect.NONE).run());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aDefectIsNoticed(TroubledGossip.Defect defect) {
        Optional<String> found =
                Schedules.firstBroken(SCHEDULES_TO_NOTICE, seed -> new TroubledGossip(seed, defect).run());
        assertTrue(found.isPresent(), defect + " went unseen in " + SCHEDULES_TO_NOTICE + " schedules");
    }
}
