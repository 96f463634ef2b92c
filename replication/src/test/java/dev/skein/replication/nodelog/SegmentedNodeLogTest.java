package dev.skein.replication.nodelog;

import static dev.skein.core.testing.Eventually.eventually;
import static dev.skein.replication.nodelog.Records.data;
import static dev.skein.replication.nodelog.Records.sized;
import static dev.skein.replication.nodelog.Records.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentedNodeLogTest extends NodeLogContract {

    @TempDir
    Path directory;

    @Override
    NodeLog open() {
        return new LogDirectory(directory.resolve("contract")).open();
    }

    @Test
    void groupsThatWaitTogetherShareSyncsAndAreAllReadable() throws Exception {
        LogDirectory files = new LogDirectory(directory.resolve("log"));
        files.config = files.config.withSegmentBytes(64 << 10);
        int groups = 16;
        int appends = 50;
        ExecutorService threads = Executors.newFixedThreadPool(groups);
        try (SegmentedNodeLog log = files.open()) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int number = 0; number < groups; number++) {
                GroupLog group = log.group("g" + number);
                all.add(CompletableFuture.runAsync(() -> appendAll(group, appends), threads));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
            for (int number = 0; number < groups; number++) {
                assertEquals(appends * 2, log.group("g" + number).lastIndex());
            }
            long syncs = files.metrics.timer("nodelog.fsync").getCount();
            assertTrue(syncs < groups * appends, "syncs: " + syncs);
        } finally {
            threads.shutdown();
        }
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g7");
            assertEquals("index 99", text(group.read(99)));
        }
    }

    private static void appendAll(GroupLog group, int appends) {
        for (int turn = 0; turn < appends; turn++) {
            group.append(data(turn * 2L + 1, turn * 2L + 2, 1));
            assertEquals("index " + (turn * 2 + 2), text(group.read(turn * 2L + 2)));
        }
    }

    @Test
    void intervalGroupsDoNotWaitForASyncButTruncationsDo() {
        LogDirectory files = new LogDirectory(directory.resolve("log"));
        files.config = files.config.withSyncInterval(Duration.ofHours(1));
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.fsync(FsyncMode.INTERVAL);
            long before = files.metrics.timer("nodelog.fsync").getCount();

            group.append(data(1, 5, 1));
            assertEquals(before, files.metrics.timer("nodelog.fsync").getCount());
            assertEquals("index 5", text(group.read(5)));

            group.truncateSuffix(3);
            assertEquals(before + 1, files.metrics.timer("nodelog.fsync").getCount());
        }
    }

    @Test
    void intervalGroupsAreSyncedWithinTheInterval() {
        LogDirectory files = new LogDirectory(directory.resolve("log"));
        files.config = files.config.withSyncInterval(Duration.ofMillis(5));
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.fsync(FsyncMode.INTERVAL);
            long before = files.metrics.timer("nodelog.fsync").getCount();
            group.append(data(1, 5, 1));

            eventually("synced", () -> files.metrics.timer("nodelog.fsync").getCount() > before);
        }
    }

    @Test
    void aGroupReadsWhileAnInterruptedThreadReadsToo() {
        try (SegmentedNodeLog log = new LogDirectory(directory.resolve("log")).open()) {
            GroupLog group = log.group("g");
            group.append(data(1, 5, 1));

            Thread.currentThread().interrupt();
            assertEquals("index 2", text(group.read(2)));
            assertTrue(Thread.interrupted());
            assertEquals("index 3", text(group.read(3)));
        }
    }

    @Test
    void refusesAfterClose() {
        SegmentedNodeLog log = new LogDirectory(directory.resolve("log")).open();
        GroupLog group = log.group("g");
        log.close();

        assertThrows(NodeLogFailedException.class, () -> group.append(data(1, 1, 1)));
    }

    @Test
    void aRecordThatChangedOnDiskIsNamedWhenRead() {
        LogDirectory files = new LogDirectory(directory.resolve("log"));
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(sized(1, 3, 1, 100));
            byte[] bytes = LogDirectory.bytes(files.segments().get(0));
            bytes[indexOf(bytes, Records.filled(2, 100)) + 50] ^= 4;
            LogDirectory.write(files.segments().get(0), bytes);

            NodeLogDamagedException damaged = assertThrows(NodeLogDamagedException.class, () -> group.read(2));
            assertTrue(damaged.getMessage().contains("group g index 2"), damaged.getMessage());
            assertEquals(3, group.read(3).orElseThrow().index());
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        int at = 0;
        while (!java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
            at++;
        }
        return at;
    }
}
