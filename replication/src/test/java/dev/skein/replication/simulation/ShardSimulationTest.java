package dev.skein.replication.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.testing.OtherJvm;
import dev.skein.core.testing.Schedules;
import dev.skein.replication.Mutation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A shard's replicas live through tens of thousands of seeded schedules: leaders that change at any moment, crashes, snapshots written
 * and installed, answers lost, requests doubled. After each everything that was promised is checked.
 */
final class ShardSimulationTest {

    private static final int SCHEDULES = 28_000;

    /** A defect that stays unseen for so many schedules would be a gap in the checks. */
    private static final int SCHEDULES_TO_NOTICE = 2_000;

    private static final int SCHEDULES_TO_REPEAT = 100;

    /** What the checks here throw, and the state's own. Anything else would be trouble of the simulation's. */
    private static final Pattern BROKEN_PROMISE = Pattern.compile(
            "schedule \\d+: (java.lang.AssertionError|dev.skein.replication.shard.StateBrokenException): ");

    /** Where writes needn't wait for a disk, if the machine has such a place. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "shard-simulation")
                : Files.createTempDirectory("shard-simulation");
    }

    @AfterEach
    void removeDirectory() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(directory)) {
            files = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    @Test
    void everyScheduleKeepsEveryPromise() {
        long[] messages = {0};
        long[] members = {0};
        Schedules.run(SCHEDULES, seed -> {
            SimulatedWorld world = new SimulatedWorld(seed, Defect.NONE, directory);
            world.run();
            messages[0] += world.messages();
            members[0] += world.members();
        });
        assertTrue(messages[0] > 0, "nothing was published");
        assertTrue(members[0] > 0, "nobody was present");
    }

    @Test
    void aSeedIsTheSameScheduleEachTime() {
        for (long seed = 0; seed < SCHEDULES_TO_REPEAT; seed++) {
            assertEquals(trace(seed), trace(seed), "seed " + seed);
        }
    }

    private long trace(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed, Defect.NONE, directory);
        world.run();
        return world.time().trace();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aDefectBelowTheShardIsNoticed(Defect defect) {
        assertNoticed(defect);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ack-before-commit",
                "serial-at-propose",
                "delivery-before-commit",
                "condition-at-propose",
                "dedup-by-connection",
                "snapshot-without-dedup",
                "snapshot-lacks-a-run"
            })
    void aDefectInTheShardIsNoticed(String mutation, @TempDir Path run) throws Exception {
        String schedules = Integer.toString(SCHEDULES_TO_NOTICE);
        String printed =
                OtherJvm.run(run, Mutation.Switch.class, BrokenShard.class, mutation, schedules, directory.toString());
        assertTrue(BROKEN_PROMISE.matcher(printed).find(), () -> mutation + " went unseen; printed: " + printed);
    }

    private void assertNoticed(Defect defect) {
        Optional<String> found =
                Schedules.firstBroken(SCHEDULES_TO_NOTICE, seed -> new SimulatedWorld(seed, defect, directory).run());
        assertTrue(found.isPresent(), defect + " went unseen in " + SCHEDULES_TO_NOTICE + " schedules");
    }
}
