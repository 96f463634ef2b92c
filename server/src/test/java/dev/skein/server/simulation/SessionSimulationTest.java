package dev.skein.server.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Sessions, publish lanes, the streams between nodes, fan-out and resume live through seeded schedules: leaders
 * change, nodes die and stand still, connections stall and break, clients wander and stop reading. After each everything that was
 * promised is checked.
 */
final class SessionSimulationTest {

    private static final int SCHEDULES = 1_500;

    /** A defect that stays unseen for so many schedules would be a gap in the checks. */
    private static final int SCHEDULES_TO_NOTICE = 2_000;

    private static final int SCHEDULES_TO_REPEAT = 30;

    /** Tells of each stream between nodes that breaks: some here in every schedule. */
    private static final Logger TALKATIVE = (Logger) LoggerFactory.getLogger("dev.skein.server.publish");

    @BeforeAll
    static void quieten() {
        TALKATIVE.setLevel(Level.WARN);
    }

    @AfterAll
    static void letTalk() {
        TALKATIVE.setLevel(null);
    }

    @Test
    void everyScheduleKeepsEveryPromise() {
        long[] messages = {0};
        Schedules.run(SCHEDULES, seed -> {
            SimulatedWorld world = new SimulatedWorld(seed, Defect.NONE);
            world.run();
            messages[0] += world.messages();
        });
        assertTrue(messages[0] > 0, "nothing was published");
    }

    @Test
    void aSeedIsTheSameScheduleEachTime() {
        for (long seed = 0; seed < SCHEDULES_TO_REPEAT; seed++) {
            assertEquals(trace(seed), trace(seed), "seed " + seed);
        }
    }

    private static long trace(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed, Defect.NONE);
        world.run();
        return world.time().trace();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aDefectAroundTheNodeIsNoticed(Defect defect) {
        assertNoticed(defect);
    }

    private static void assertNoticed(Defect defect) {
        OptionalLong found =
                Schedules.firstFailure(SCHEDULES_TO_NOTICE, seed -> new SimulatedWorld(seed, defect).run());
        assertTrue(found.isPresent(), defect + " went unseen in " + SCHEDULES_TO_NOTICE + " schedules");
    }
}
