package dev.skein.replication.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.replication.store.InMemoryShardStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** A replica that took another path, and rows that were written and read. */
final class ShardPropertiesTest {

    private static final int ENTRIES = 60;

    @Property(tries = 150)
    void aReplicaThatStartsFromSnapshotsAnswersAndEndsAsOneThatDoesNot(
            @ForAll long seed, @ForAll @Size(max = 5) Set<@IntRange(min = 1, max = ENTRIES) Integer> moves)
            throws IOException {
        RandomEntries entries = new RandomEntries(seed);
        TreeMap<Long, ByteString> log = new TreeMap<>();
        TestShard steady = new TestShard(new InMemoryShardStore(), log);
        TestShard moving = new TestShard(new InMemoryShardStore(), log);
        for (long index = 1; index <= ENTRIES; index++) {
            log.put(index, entries.next().toByteString());
            assertEquals(steady.applyLogged(index), moving.applyLogged(index), "entry " + index);
            if (moves.contains((int) index)) {
                moving = fromSnapshot(moving);
            }
        }
        assertEquals(steady.machine.applied(), moving.machine.applied());
        assertEquals(steady.machine.digest(), moving.machine.digest());
        assertEquals(steady.dump(), moving.dump());
    }

    /** The schedules of {@link ShardModelTest} are the same in each run, these are others. */
    @Property(tries = 150)
    void aShardDoesWhatTheModelSays(@ForAll long seed, @ForAll @IntRange(min = 1, max = ENTRIES) int count) {
        new ShardModelTest().run(seed, count);
    }

    @Property
    void runsAreReadAsTheyWereWritten(
            @ForAll @LongRange(min = 1) long index,
            @ForAll @LongRange(min = 0) long time,
            @ForAll @Size(max = 8) List<@Size(max = 8) List<@IntRange(max = 1_000_000) Integer>> numbers) {
        RunBlock block = new RunBlock(5);
        List<Run> runs = new ArrayList<>();
        long serial = 5;
        for (List<Integer> slices : numbers) {
            Run run = new Run(serial, index + serial, time, slices.size(), time / 2, slices(slices));
            runs.add(run);
            block.add(run);
            serial += slices.size();
        }
        assertEquals(runs, RunBlock.runs(5, block.row()));
        assertArrayEquals(block.row(), RunBlock.read(5, block.row()).row());
    }

    private static List<Slice> slices(List<Integer> numbers) {
        return numbers.stream()
                .map(number -> new Slice(number, number / 2, number / 3, number + 5_000_000_000L))
                .toList();
    }

    @Property
    void numbersAndTextsAreReadAsTheyWereWritten(@ForAll long number, @ForAll byte[] bytes) {
        ByteString value = ByteString.copyFrom(bytes);
        RowReader row = new RowReader(new RowWriter()
                .number(number)
                .signed(number)
                .fixed(number)
                .fixed((int) number)
                .bytes(value)
                .done());
        assertEquals(number, row.number());
        assertEquals(number, row.signed());
        assertEquals(number, row.fixedLong());
        assertEquals((int) number, row.fixedInt());
        assertEquals(value, row.bytes());
    }

    private static TestShard fromSnapshot(TestShard source) throws IOException {
        Path directory = Files.createTempDirectory("snapshot");
        Path file = directory.resolve(SnapshotFile.NAME);
        try {
            try (SnapshotTask task = source.machine.prepareSnapshot()) {
                task.write(directory);
            }
            TestShard target = new TestShard(new InMemoryShardStore(), source.log);
            assertTrue(target.machine.loadSnapshot(directory));
            return target;
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }
}
