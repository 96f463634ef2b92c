package dev.skein.server.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.skein.core.testing.OtherJvm;
import dev.skein.core.testing.Schedules;
import dev.skein.replication.Mutation;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
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

    /** What the checks throw. Anything else would be trouble of the simulation's own. */
    private static final Pattern BROKEN_PROMISE = Pattern.compile("schedule \\d+: java.lang.AssertionError: ");

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

    @ParameterizedTest
    @ValueSource(strings = {"resume-off-by-one", "dedup-by-connection"})
    void aDefectInTheServerIsNoticed(String mutation, @TempDir Path run) throws Exception {
        String schedules = Integer.toString(SCHEDULES_TO_NOTICE);
        String printed = OtherJvm.run(run, Mutation.Switch.class, BrokenServer.class, mutation, schedules);
        assertTrue(BROKEN_PROMISE.matcher(printed).find(), () -> mutation + " went unseen; printed: " + printed);
    }

    private static void assertNoticed(Defect defect) {
        Optional<String> found =
                Schedules.firstBroken(SCHEDULES_TO_NOTICE, seed -> new SimulatedWorld(seed, defect).run());
        assertTrue(found.isPresent(), defect + " went unseen in " + SCHEDULES_TO_NOTICE + " schedules");
    }
}
