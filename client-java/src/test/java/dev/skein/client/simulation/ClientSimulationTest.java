package dev.skein.client.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.skein.core.testing.Schedules;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * The client's decisions live through tens of thousands of seeded schedules: streams stall and break, nodes and regions go, answers
 * are late, refused or lost with their streams, the process stands still. After each everything that was promised is checked.
 */
final class ClientSimulationTest {

    private static final int SCHEDULES = 44_000;

    /** A defect that stays unseen for so many schedules would be a gap in the checks. */
    private static final int SCHEDULES_TO_NOTICE = 2_000;

    private static final int SCHEDULES_TO_REPEAT = 100;

    /** Tells of each server that leaves its order: there are many here. */
    private static final Logger TALKATIVE = (Logger) LoggerFactory.getLogger("dev.skein.client.internal.core");

    @BeforeAll
    static void quieten() {
        TALKATIVE.setLevel(Level.ERROR);
    }

    @AfterAll
    static void letTalk() {
        TALKATIVE.setLevel(null);
    }

    @Test
    void everyScheduleKeepsEveryPromise() {
        long[] told = {0};
        Schedules.run(SCHEDULES, seed -> {
            SimulatedWorld world = new SimulatedWorld(seed, Defect.NONE);
            world.run();
            told[0] += world.told();
        });
        assertTrue(told[0] > 0, "nothing was published");
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
    void aDefectiveServerIsNoticed(Defect defect) {
        Optional<String> found =
                Schedules.firstBroken(SCHEDULES_TO_NOTICE, seed -> new SimulatedWorld(seed, defect).run());
        assertTrue(found.isPresent(), defect + " went unseen in " + SCHEDULES_TO_NOTICE + " schedules");
    }
}
