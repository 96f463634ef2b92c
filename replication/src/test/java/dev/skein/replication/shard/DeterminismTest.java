package dev.skein.replication.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.protobuf.ByteString;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.InMemoryShardStore;
import dev.skein.replication.store.ShardStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Replicas that get the same entries come to the same state, however the entries were batched and however often they restarted. */
final class DeterminismTest {

    private static final int ENTRIES = 350;

    @Test
    void batchingAndRestartsDoNotMatter() {
        for (long seed = 0; seed < 25; seed++) {
            TreeMap<Long, ByteString> log = log(seed);
            TestShard one = new TestShard(new InMemoryShardStore(), log);
            TestShard other = new TestShard(new InMemoryShardStore(), log);
            List<PublishOutcome> outcomes = replay(one, new Random(seed), 1, false);
            List<PublishOutcome> others = replay(other, new Random(seed), 40, true);
            assertEquals(outcomes, others, "seed " + seed);
            assertEquals(one.machine.applied(), other.machine.applied(), "seed " + seed);
            assertEquals(one.dump(), other.dump(), "seed " + seed);
            assertEquals(rows(one.store), rows(other.store), "seed " + seed);
        }
    }

    @Test
    void digestTellsDifferentEffectsApart() {
        TreeMap<Long, ByteString> log = log(1);
        TestShard one = new TestShard(new InMemoryShardStore(), log);
        replay(one, new Random(1), 10, false);
        TreeMap<Long, ByteString> changed = new TreeMap<>(log);
        changed.computeIfPresent(300L, (index, entry) -> ShardEntry.newBuilder()
                .setTimeMs(1)
                .addSections(TestShard.to(TestShard.ROOM, "other"))
                .build()
                .toByteString());
        TestShard other = new TestShard(new InMemoryShardStore(), changed);
        replay(other, new Random(1), 10, false);
        assertNotEquals(one.machine.digest(), other.machine.digest());
    }

    private static TreeMap<Long, ByteString> log(long seed) {
        RandomEntries entries = new RandomEntries(seed);
        TreeMap<Long, ByteString> log = new TreeMap<>();
        for (long index = 1; index <= ENTRIES; index++) {
            log.put(index, entries.next().toByteString());
        }
        return log;
    }

    private static List<PublishOutcome> replay(TestShard shard, Random random, int batchMax, boolean restarts) {
        List<PublishOutcome> outcomes = new ArrayList<>();
        long index = 1;
        while (index <= ENTRIES) {
            ApplyBatch batch = shard.machine.begin();
            for (int i = 1 + random.nextInt(batchMax); i > 0 && index <= ENTRIES; i--) {
                outcomes.addAll(batch.apply(index, 1, shard.log.get(index)));
                index++;
            }
            batch.finish();
            if (restarts && random.nextInt(3) == 0) {
                shard.restart();
            }
        }
        return outcomes;
    }

    private static List<String> rows(ShardStore store) {
        List<String> rows = new ArrayList<>();
        try (Cursor cursor = store.ascending(new byte[0], new byte[] {(byte) 0xFF})) {
            while (cursor.next()) {
                rows.add(Arrays.toString(cursor.key()) + "=" + Arrays.toString(cursor.value()));
            }
        }
        return rows;
    }
}
