package dev.skein.replication.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.store.InMemoryShardStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class RunBlockTest {

    private static final int SCHEDULES = 60;
    private static final int ENTRIES = 400;

    @Test
    void runsComeBackAsTheyWentIn() {
        List<Run> runs = List.of(
                new Run(11, 5, 1_000, 2, 20, List.of(new Slice(0, 3, 1, 40), new Slice(2, 0, 1, 45))),
                new Run(13, 5_000_000_000L, 1_000, 1, 0, List.of(new Slice(7, 1, 1, 1L << 40))),
                new Run(14, 5_000_000_001L, 9_000, 3, 1 << 20, List.of(new Slice(0, 0, 3, (1L << 40) + 1))));
        RunBlock block = new RunBlock(11);
        runs.forEach(block::add);
        assertEquals(runs, block.runs());
        assertEquals(runs, RunBlock.runs(11, block.row()));
        assertEquals(runs, RunBlock.read(11, block.row()).runs());
    }

    @Test
    void isFullByRunsAndByBytes() {
        RunBlock small = new RunBlock(1);
        for (int i = 1; i < 16; i++) {
            small.add(run(i, 1));
            assertFalse(small.isFull());
        }
        small.add(run(16, 1));
        assertTrue(small.isFull());
        RunBlock large = new RunBlock(1);
        large.add(run(1, 400));
        assertTrue(large.isFull());
    }

    @Test
    void aCutRowIsABrokenState() {
        RunBlock block = new RunBlock(1);
        block.add(run(1, 1));
        byte[] row = block.row();
        assertThrows(StateBrokenException.class, () -> RunBlock.runs(1, Arrays.copyOf(row, row.length - 1)));
    }

    /** One replica keeps what it remembers, one starts anew all the time: the same state, message by message, both ways. */
    @Test
    void aReplicaThatForgetsItsCachesStaysTheSame() {
        int retained = 0;
        int taken = 0;
        for (long seed = 0; seed < SCHEDULES; seed++) {
            Random random = new Random(seed);
            RandomEntries entries = new RandomEntries(seed);
            TreeMap<Long, ByteString> log = new TreeMap<>();
            TestShard steady = new TestShard(new InMemoryShardStore(), log);
            TestShard forgetful = new TestShard(new InMemoryShardStore(), log);
            for (long index = 1; index <= ENTRIES; index++) {
                log.put(index, entries.next().toByteString());
                assertEquals(steady.applyLogged(index), forgetful.applyLogged(index), "seed " + seed);
                if (random.nextInt(20) == 0) {
                    forgetful.restart();
                }
            }
            assertEquals(steady.machine.digest(), forgetful.machine.digest(), "seed " + seed);
            assertEquals(steady.dump(), forgetful.dump(), "seed " + seed);
            for (String channel : channels(steady)) {
                ChannelPage all = forward(steady, channel, 1);
                checkReads(forgetful, channel, all, random);
                retained += all.messages().size();
                taken += (int) all.extent().firstSerial() - 1;
            }
        }
        assertTrue(retained > SCHEDULES * 20, "retained: " + retained);
        assertTrue(taken > SCHEDULES * 20, "taken by retention: " + taken);
    }

    private static void checkReads(TestShard shard, String channel, ChannelPage all, Random random) {
        List<Long> serials = serials(all);
        assertEquals(
                LongStream.rangeClosed(all.extent().firstSerial(), all.extent().lastSerial())
                        .boxed()
                        .toList(),
                serials);
        for (int i = 0; i < 10 && !serials.isEmpty(); i++) {
            int from = random.nextInt(serials.size());
            assertEquals(serials.subList(from, serials.size()), serials(forward(shard, channel, serials.get(from))));
            List<Long> down = new ArrayList<>(serials.subList(0, from + 1));
            Collections.reverse(down);
            assertEquals(down, serials(shard.backward(channel, serials.get(from), 10_000)));
        }
    }

    private static ChannelPage forward(TestShard shard, String channel, long from) {
        return shard.machine.read(ChannelQuery.forward(channel, from, 10_000, 1 << 24));
    }

    private static List<Long> serials(ChannelPage page) {
        return page.messages().stream()
                .map(message -> TestShard.decode(message).getSerial())
                .toList();
    }

    private static List<String> channels(TestShard shard) {
        return shard.dump().stream().map(row -> row.channel()).distinct().toList();
    }

    private static Run run(long serial, int slices) {
        List<Slice> list = new ArrayList<>();
        for (int i = 0; i < slices; i++) {
            list.add(new Slice(i, 0, 1, serial * 1_000 + i));
        }
        return new Run(serial, serial, serial, 1, 10, list);
    }
}
