package dev.skein.replication.shard;

import static dev.skein.replication.shard.TestShard.ALICE;
import static dev.skein.replication.shard.TestShard.ROOM;
import static dev.skein.replication.shard.TestShard.duplicates;
import static dev.skein.replication.shard.TestShard.from;
import static dev.skein.replication.shard.TestShard.serials;
import static dev.skein.replication.shard.TestShard.to;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.ShardId;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.store.InMemoryShardStore;
import dev.skein.replication.store.RocksStore;
import dev.skein.replication.store.ShardStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules over the real store, and what only the real store can get wrong. */
final class ShardOnRocksIT extends PublishRulesContract {

    @TempDir
    Path directory;

    private RocksStore rocks;
    private int shards;

    @BeforeEach
    @Override
    void start() {
        rocks = RocksStore.open(directory.resolve("store"));
        super.start();
    }

    @AfterEach
    void close() {
        rocks.close();
    }

    @Override
    ShardStore newStore() {
        return rocks.shardStore(new ShardId("default", shards++));
    }

    @Test
    void agreesWithTheTwin() {
        for (long seed = 0; seed < 5; seed++) {
            TreeMap<Long, ByteString> log = new TreeMap<>();
            TestShard real = new TestShard(newStore(), log);
            TestShard twin = new TestShard(new InMemoryShardStore(), log);
            RandomEntries entries = new RandomEntries(seed);
            for (long index = 1; index <= 300; index++) {
                log.put(index, entries.next().toByteString());
                assertEquals(twin.applyLogged(index), real.applyLogged(index));
            }
            assertEquals(twin.machine.applied(), real.machine.applied());
            assertEquals(twin.dump(), real.dump());
        }
    }

    @Test
    void crashIsRepairedByReplayingTheLog() throws IOException {
        ShardId id = new ShardId("default", 90);
        TestShard shard = TestShard.withPolicy(rocks.shardStore(id));
        shard.publish(from(ALICE, 1, "a"));
        rocks.flush();
        AppliedPoint flushed = shard.machine.applied();
        shard.publish(from(ALICE, 2, "b"));
        AppliedPoint last = shard.machine.applied();
        Path image = directory.resolve("image");
        copy(directory.resolve("store"), image);
        try (RocksStore crashed = RocksStore.open(image)) {
            TestShard again = new TestShard(crashed.shardStore(id), shard.log);
            assertEquals(flushed, again.machine.applied());
            for (long index = 1; index <= last.index(); index++) {
                again.applyLogged(index);
            }
            assertEquals(last, again.machine.applied());
            assertEquals(List.of("a", "b"), again.texts(ROOM));
            PublishOutcome retried = again.publish(from(ALICE, 2, "b"));
            assertEquals(List.of(2L), serials(retried));
            assertEquals(List.of(true), duplicates(retried));
        }
    }

    @Test
    void snapshotMovesAShardToAnotherStore() throws IOException {
        TestShard source = TestShard.withPolicy(rocks.shardStore(TestShard.ID));
        for (int i = 1; i <= 500; i++) {
            source.publish(from(ALICE, i, "m" + i));
        }
        Path snapshot = Files.createDirectories(directory.resolve("snapshot"));
        try (SnapshotTask task = source.machine.prepareSnapshot()) {
            source.publish(from(ALICE, 501, "later"));
            task.write(snapshot);
        }
        try (RocksStore other = RocksStore.open(directory.resolve("other"))) {
            TestShard target = new TestShard(other.shardStore(TestShard.ID), source.log);
            assertTrue(target.machine.loadSnapshot(snapshot));
            target.applyLogged(source.machine.appliedIndex());
            assertEquals(source.machine.applied(), target.machine.applied());
            assertEquals(source.dump(), target.dump());
        }
    }

    @Test
    void readersSeeWholeBatchesWhileApplyAndRetentionGoOn() throws InterruptedException {
        TestShard shard = TestShard.withPolicy(newStore());
        shard.policy(policy -> policy.setRetention(policy.getRetentionBuilder().setMessagesPerChannel(50)));
        AtomicBoolean done = new AtomicBoolean();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                readAndCheck(shard, wrong);
            }
        });
        reader.start();
        for (int i = 0; i < 1_500; i++) {
            ShardEntry entry = ShardEntry.newBuilder()
                    .setTimeMs(shard.now)
                    .addSections(to(ROOM, "a", "b"))
                    .addSections(to(ROOM, "c"))
                    .build();
            shard.log.put(shard.machine.appliedIndex() + 1, entry.toByteString());
            shard.applyLogged(shard.machine.appliedIndex() + 1);
        }
        done.set(true);
        reader.join();
        assertEquals(List.of(), wrong);
    }

    private static void readAndCheck(TestShard shard, List<String> wrong) {
        try {
            long from = shard.machine.extent(ROOM).firstSerial();
            ChannelPage page = shard.machine.read(ChannelQuery.forward(ROOM, from, 1_000, 1 << 20));
            if (page.extent().lastSerial() % 3 != 0) {
                wrong.add("half a batch: " + page.extent());
            }
            long next = page.extent().firstSerial();
            for (var message : page.messages()) {
                if (message.serial() != next++) {
                    wrong.add("serial " + message.serial() + " after " + (next - 2));
                }
            }
            if (next != page.extent().lastSerial() + 1) {
                wrong.add("ends at " + next + " of " + page.extent());
            }
        } catch (RuntimeException e) {
            wrong.add(e.toString());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(f -> !f.getFileName().toString().equals("LOCK"))
                    .toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
