package dev.skein.replication.shard;

import static dev.skein.replication.shard.TestShard.ALICE;
import static dev.skein.replication.shard.TestShard.ROOM;
import static dev.skein.replication.shard.TestShard.from;
import static dev.skein.replication.shard.TestShard.refusal;
import static dev.skein.replication.shard.TestShard.serials;
import static dev.skein.replication.shard.TestShard.to;
import static dev.skein.replication.shard.TestShard.withIds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.ShardId;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ShardReplica.TailListener;
import dev.skein.replication.TailBatch;
import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.InMemoryShardStore;
import dev.skein.replication.store.ShardStore;
import dev.skein.replication.store.StoreChanges;
import dev.skein.replication.store.StoreView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotTest {

    @TempDir
    Path directory;

    private final TestShard source = TestShard.withPolicy(new InMemoryShardStore());
    private final TestShard target = new TestShard(new InMemoryShardStore(), source.log);

    @BeforeEach
    void fill() {
        source.publish(from(ALICE, 1, "a", "b"));
        source.publish(withIds("default:other", "id=x"));
        source.publish(from(ALICE, 3, "no").setExpectedLastSerial(77));
        for (int i = 0; i < 20; i++) {
            source.publish(to(ROOM, "m" + i));
        }
    }

    @Test
    void loadedStateEqualsTheSavedOne() throws IOException {
        save(source);
        assertTrue(target.machine.loadSnapshot(directory));
        assertEquals(source.machine.applied(), target.machine.applied());
        assertEquals(source.machine.policy(), target.machine.policy());
        assertEquals(source.dump(), target.dump());
        assertEquals(source.machine.retainedIndexes(0, 100), target.machine.retainedIndexes(0, 100));
    }

    @Test
    void retriesFindTheirOriginalsAfterALoad() throws IOException {
        save(source);
        target.machine.loadSnapshot(directory);
        PublishOutcome retried = target.publish(from(ALICE, 1, "a", "b"));
        assertEquals(List.of(1L, 2L), serials(retried));
        assertEquals(List.of(1L), serials(target.publish(withIds("default:other", "id=x"))));
        Reason refused = refusal(target.publish(from(ALICE, 3, "no").setExpectedLastSerial(77)))
                .getReason();
        assertEquals(Reason.REASON_CONDITION_FAILED, refused);
    }

    @Test
    void replicasStayEqualAfterALoad() throws IOException {
        save(source);
        target.machine.loadSnapshot(directory);
        source.publish(from(ALICE, 4, "next"));
        target.applyLogged(source.machine.appliedIndex());
        assertEquals(source.machine.applied(), target.machine.applied());
    }

    @Test
    void snapshotHoldsTheMomentItWasPrepared() throws IOException {
        AppliedPoint point = source.machine.applied();
        try (SnapshotTask task = source.machine.prepareSnapshot()) {
            source.publish(to(ROOM, "later"));
            task.write(directory);
            assertEquals(point, task.point());
            assertEquals(2, task.oldestRetainedIndex());
        }
        target.machine.loadSnapshot(directory);
        assertEquals(point, target.machine.applied());
        assertFalse(target.texts(ROOM).contains("later"));
    }

    @Test
    void loadedStateSurvivesARestart() throws IOException {
        save(source);
        target.machine.loadSnapshot(directory);
        target.restart();
        assertEquals(source.machine.applied(), target.machine.applied());
    }

    @Test
    void olderSnapshotIsLeftAlone() throws IOException {
        save(source);
        source.publish(to(ROOM, "newer"));
        AppliedPoint before = source.machine.applied();
        assertFalse(source.machine.loadSnapshot(directory));
        assertEquals(before, source.machine.applied());
    }

    @Test
    void loadReplacesEverythingThatWasThere() throws IOException {
        target.log.clear();
        target.policy(TestShard.POLICY);
        target.publish(to("default:stale", "stale"));
        save(source);
        assertTrue(target.machine.loadSnapshot(directory));
        assertEquals(0, target.machine.extent("default:stale").lastSerial());
    }

    @Test
    void followersAreToldThatTheTailIsLost() throws IOException {
        List<String> calls = new ArrayList<>();
        target.machine.follow(ROOM, new TailListener() {
            @Override
            public void appended(TailBatch batch) {
                calls.add("appended");
            }

            @Override
            public void lost() {
                calls.add("lost at " + target.machine.appliedIndex());
            }
        });
        save(source);
        target.machine.loadSnapshot(directory);
        assertEquals(List.of("lost at " + source.machine.appliedIndex()), calls);
    }

    @Test
    void anyFlippedBitIsNoticedAndChangesNothing() throws IOException {
        save(source);
        Path file = directory.resolve("state");
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i += i < 80 ? 1 : 5) {
            byte[] bad = good.clone();
            bad[i] ^= (byte) (1 << i % 8);
            Files.write(file, bad);
            assertThrows(SnapshotDamagedException.class, () -> target.machine.loadSnapshot(directory), "byte " + i);
        }
        assertEquals(AppliedPoint.START, target.machine.applied());
        Files.write(file, good);
        assertTrue(target.machine.loadSnapshot(directory));
    }

    @Test
    void cutOffOrLengthenedOrMissingFileIsNoticed() throws IOException {
        save(source);
        Path file = directory.resolve("state");
        byte[] good = Files.readAllBytes(file);
        for (int length = 0;
                length <= good.length + 8;
                length += length == good.length - 1 ? 2 : Math.max(1, Math.min(10, good.length - 1 - length))) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThrows(SnapshotDamagedException.class, () -> target.machine.loadSnapshot(directory), "at " + length);
        }
        Files.delete(file);
        assertThrows(SnapshotDamagedException.class, () -> target.machine.loadSnapshot(directory));
    }

    @Test
    void snapshotOfAnotherShardIsRefused() throws IOException {
        new SnapshotFile(new ShardId("default", 4), SnapshotSections.all())
                .write(directory, source.store.view(), source.machine.applied());
        assertThrows(SnapshotDamagedException.class, () -> target.machine.loadSnapshot(directory));
    }

    @Test
    void pointThatDiffersFromTheStateIsRefused() throws IOException {
        AppliedPoint point = source.machine.applied();
        AppliedPoint other = new AppliedPoint(
                point.index(), point.term(), point.digest() + 1, point.logTimeMillis(), point.shardSerial());
        new SnapshotFile(TestShard.ID, SnapshotSections.all()).write(directory, source.store.view(), other);
        assertThrows(SnapshotDamagedException.class, () -> target.machine.loadSnapshot(directory));
    }

    @Test
    void loadThatWasCutOffLeavesNoHalfState() throws IOException {
        save(source);
        FailingStore failing = new FailingStore(new InMemoryShardStore());
        TestShard broken = new TestShard(failing, source.log);
        failing.writesLeft = 1;
        assertThrows(IllegalStateException.class, () -> broken.machine.loadSnapshot(directory));
        assertThrows(StateBrokenException.class, () -> broken.machine.begin());
        assertThrows(ReplicationException.class, () -> broken.machine.extent(ROOM));
        failing.writesLeft = Integer.MAX_VALUE;
        broken.restart();
        assertEquals(AppliedPoint.START, broken.machine.applied());
        assertEquals(List.of(), broken.dump());
        assertTrue(broken.machine.loadSnapshot(directory));
        assertEquals(source.dump(), broken.dump());
    }

    @Test
    void wipedMachineStartsFromNothing() {
        source.machine.wipe();
        assertEquals(AppliedPoint.START, source.machine.applied());
        assertEquals(List.of(), source.dump());
        assertEquals(1, source.applyLogged(1).size() + 1);
    }

    @Test
    void snapshotWithoutDedupForgetsRetries() throws IOException {
        SnapshotSections mutated = new SnapshotSections(SnapshotSections.MESSAGES);
        try (StoreView view = source.store.view()) {
            new SnapshotFile(TestShard.ID, mutated).write(directory, view, source.machine.applied());
        }
        target.machine.loadSnapshot(directory);
        assertEquals(source.dump(), target.dump());
        assertEquals(List.of(23L, 24L), serials(target.publish(from(ALICE, 1, "a", "b"))));
    }

    private void save(TestShard shard) throws IOException {
        try (SnapshotTask task = shard.machine.prepareSnapshot()) {
            task.write(directory);
        }
    }

    /** Fails after some writes, as a full disk would. */
    private static final class FailingStore implements ShardStore {

        private final ShardStore store;
        int writesLeft = Integer.MAX_VALUE;

        FailingStore(ShardStore store) {
            this.store = store;
        }

        @Override
        public void write(StoreChanges changes) {
            if (writesLeft-- <= 0) {
                throw new IllegalStateException("no space left");
            }
            store.write(changes);
        }

        @Override
        public void clear() {
            store.clear();
        }

        @Override
        public StoreView view() {
            return store.view();
        }

        @Override
        public byte[] get(byte[] key) {
            return store.get(key);
        }

        @Override
        public Cursor ascending(byte[] from, byte[] to) {
            return store.ascending(from, to);
        }

        @Override
        public Cursor descending(byte[] from, byte[] to) {
            return store.descending(from, to);
        }
    }
}
