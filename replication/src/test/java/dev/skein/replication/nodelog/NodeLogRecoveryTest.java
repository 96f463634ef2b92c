package dev.skein.replication.nodelog;

import static dev.skein.core.testing.Eventually.eventually;
import static dev.skein.replication.nodelog.Records.data;
import static dev.skein.replication.nodelog.Records.sized;
import static dev.skein.replication.nodelog.Records.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLogRecoveryTest {

    @TempDir
    Path temporary;

    private LogDirectory files;

    @BeforeEach
    void makeDirectory() {
        files = new LogDirectory(temporary.resolve("log"));
    }

    @Test
    void everythingIsThereAfterARestart() {
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(sized(1, 200, 1, 100));
            group.truncateSuffix(150);
            group.append(sized(151, 200, 2, 50));
            group.truncatePrefix(100);
            log.group("other").append(data(1, 3, 7));
        }
        for (int restart = 0; restart < 3; restart++) {
            try (SegmentedNodeLog log = files.open()) {
                GroupLog group = log.group("g");
                assertEquals(100, group.firstIndex());
                assertEquals(200, group.lastIndex());
                assertEquals(1, group.termAt(150));
                assertEquals(2, group.termAt(151));
                assertEquals(100, group.read(5).orElseThrow().payload().remaining());
                assertEquals(50, group.read(160).orElseThrow().payload().remaining());
                assertEquals("index 3", text(log.group("other").read(3)));
            }
        }
    }

    @Test
    void resetsAndBackfillsSurviveARestart() {
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(data(1, 10, 1));
            group.committed(5, 1);
            group.reset(101);
            group.append(data(101, 105, 3));
            group.backfill(data(50, 60, 2));
        }
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            assertEquals(101, group.firstIndex());
            assertEquals(105, group.lastIndex());
            assertEquals(List.of(new IndexRange(6, 49), new IndexRange(61, 100)), group.missing());
            assertEquals("index 55", text(group.read(55)));
            assertEquals("index 5", text(group.read(5)));
            assertEquals(Optional.empty(), group.read(6));
        }
    }

    /** Recovery once went through a hole index by index. */
    @Test
    void aHoleAsLongAsAShardsLifeIsPassedAtOnce() {
        long next = 1L << 60;
        try (SegmentedNodeLog log = files.open()) {
            log.group("g").reset(next);
            log.group("g").append(data(next, next + 2, 1));
        }
        try (SegmentedNodeLog log = files.open()) {
            assertEquals(List.of(new IndexRange(1, next - 1)), log.group("g").missing());
            assertEquals(next + 2, log.group("g").lastIndex());
        }
    }

    @Test
    void aDroppedGroupStaysDropped() {
        try (SegmentedNodeLog log = files.open()) {
            log.group("g").append(data(1, 10, 1));
            log.group("g").drop();
            log.group("h").append(data(1, 2, 1));
        }
        try (SegmentedNodeLog log = files.open()) {
            assertEquals(List.of("h"), log.groups());
            assertEquals(2, log.group("h").lastIndex());
        }
    }

    @Test
    void aTailCutAtAnyByteLosesOnlyWhatWasNotWhole() throws IOException {
        long[] ends = new long[4];
        LogDirectory before;
        files.config = files.config.withSyncInterval(Duration.ofHours(1));
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(data(1, 20, 1));
            ends[0] = used();
            group.fsync(FsyncMode.INTERVAL);
            for (int record = 1; record < 4; record++) {
                group.append(sized(20 + record, 20 + record, 1, 24 + record));
                ends[record] = used();
            }
            before = files.crashed(temporary.resolve("before"));
        }
        byte[] whole = LogDirectory.bytes(before.segments().get(0));
        for (long cut = ends[0]; cut <= ends[3]; cut++) {
            LogDirectory torn = before.crashed(temporary.resolve("torn"));
            byte[] bytes = Arrays.copyOf(whole, (int) cut);
            if (cut % 2 == 0) {
                bytes = Arrays.copyOf(bytes, whole.length);
            }
            LogDirectory.write(torn.segments().get(0), bytes);
            try (SegmentedNodeLog log = torn.open()) {
                GroupLog group = log.group("g");
                int kept = 0;
                while (kept < 3 && isWhole(whole, bytes, ends[kept + 1])) {
                    kept++;
                }
                assertEquals(20 + kept, group.lastIndex(), "cut at " + cut);
                assertEquals("index 20", text(group.read(20)));
                group.append(data(21 + kept, 30, 2));
            }
            try (SegmentedNodeLog log = torn.open()) {
                assertEquals(30, log.group("g").lastIndex());
            }
        }
    }

    private static boolean isWhole(byte[] whole, byte[] cut, long end) {
        return cut.length >= end && Arrays.equals(whole, 0, (int) end, cut, 0, (int) end);
    }

    private long used() {
        return lastNonZero(LogDirectory.bytes(files.segments().get(0))) + 7 & ~7L;
    }

    private static int lastNonZero(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    @Test
    void aFlippedBitAnywhereInAClosedLogIsDamage() {
        try (SegmentedNodeLog log = files.open()) {
            log.group("g").append(sized(1, 60, 1, 60));
            log.group("g").truncatePrefix(20);
        }
        assertTrue(files.segments().size() > 1);
        for (int segment = 0; segment < files.segments().size(); segment++) {
            long size = LogDirectory.bytes(files.segments().get(segment)).length;
            for (int at = segment; at < size; at += 5) {
                LogDirectory damaged = files.crashed(temporary.resolve("damaged"));
                byte[] bytes = LogDirectory.bytes(damaged.segments().get(segment));
                bytes[at] ^= (byte) (1 << at % 8);
                LogDirectory.write(damaged.segments().get(segment), bytes);
                String place = "segment " + segment + " byte " + at;
                assertThrows(NodeLogDamagedException.class, damaged::open, place);
            }
        }
    }

    @Test
    void aFlippedBitUnderALaterSyncedRecordIsDamageAfterACrash() {
        LogDirectory crashed;
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(data(1, 1, 1));
            group.append(data(2, 2, 1));
            crashed = files.crashed(temporary.resolve("crashed"));
        }
        byte[] bytes = LogDirectory.bytes(crashed.segments().get(0));
        int end = lastNonZero(bytes);
        bytes[end - 60] ^= 1;
        LogDirectory.write(crashed.segments().get(0), bytes);

        assertThrows(NodeLogDamagedException.class, crashed::open);
    }

    @Test
    void recordsOfOneUnsyncedWriteMayReachTheDiskInAnyOrder() {
        LogDirectory crashed;
        files.config = files.config.withSyncInterval(Duration.ofHours(1));
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(data(1, 1, 1));
            group.fsync(FsyncMode.INTERVAL);
            group.append(data(2, 5, 1));
            crashed = files.crashed(temporary.resolve("crashed"));
        }
        byte[] bytes = LogDirectory.bytes(crashed.segments().get(0));
        int end = lastNonZero(bytes) + 7 & ~7;
        Arrays.fill(bytes, end - 3 * 48, end - 2 * 48, (byte) 0);
        LogDirectory.write(crashed.segments().get(0), bytes);

        try (SegmentedNodeLog log = crashed.open()) {
            assertEquals(2, log.group("g").lastIndex());
            log.group("g").append(data(3, 3, 1));
        }
        try (SegmentedNodeLog log = crashed.open()) {
            assertEquals(3, log.group("g").lastIndex());
        }
    }

    @Test
    void aSyncedRecordThatIsGoneIsDamageAMomentAfterItWasSynced() {
        try (SegmentedNodeLog log = files.open()) {
            log.group("g").append(data(1, 1, 1));
            log.group("g").append(data(2, 2, 1));
            eventually("the loss is damage", () -> {
                LogDirectory crashed = files.crashed(temporary.resolve("crashed"));
                loseLast(crashed, 1);
                try (SegmentedNodeLog taken = crashed.open()) {
                    return false;
                } catch (NodeLogDamagedException refused) {
                    return true;
                }
            });
        }
    }

    /** Zeroes whole records at the end, as if they had never been written. */
    private static void loseLast(LogDirectory crashed, int records) {
        byte[] bytes = LogDirectory.bytes(crashed.segments().get(0));
        int end = lastNonZero(bytes) + 7 & ~7;
        Arrays.fill(bytes, end - records * 48, end, (byte) 0);
        LogDirectory.write(crashed.segments().get(0), bytes);
    }

    @Test
    void theFloorNoticesAZeroedTail() {
        try (SegmentedNodeLog log = files.open()) {
            log.group("g").append(data(1, 10, 1));
        }
        byte[] bytes = LogDirectory.bytes(files.segments().get(0));
        Arrays.fill(bytes, bytes.length - 100, bytes.length, (byte) 0);
        LogDirectory.write(files.segments().get(0), bytes);

        assertThrows(NodeLogDamagedException.class, files::open);
    }

    @Test
    void theFloorNoticesATruncatedTail() {
        try (SegmentedNodeLog log = files.open()) {
            log.group("g").append(data(1, 10, 1));
        }
        byte[] bytes = LogDirectory.bytes(files.segments().get(0));
        LogDirectory.write(files.segments().get(0), Arrays.copyOf(bytes, bytes.length - 48));

        assertThrows(NodeLogDamagedException.class, files::open);
    }

    @Test
    void noticesAnyMissingSegment() throws IOException {
        try (SegmentedNodeLog log = files.open()) {
            log.group("g").append(sized(1, 200, 1, 100));
        }
        assertTrue(files.segments().size() > 3);
        for (int segment = 0; segment < files.segments().size(); segment++) {
            LogDirectory damaged = files.crashed(temporary.resolve("damaged"));
            Files.delete(damaged.segments().get(segment));

            assertThrows(NodeLogDamagedException.class, damaged::open, "segment " + segment);
        }
    }

    @Test
    void noticesThatAllSegmentsOrTheFloorAreMissing() throws IOException {
        try (SegmentedNodeLog log = files.open()) {
            log.group("g").append(data(1, 10, 1));
        }
        LogDirectory noSegments = files.crashed(temporary.resolve("no-segments"));
        Files.delete(noSegments.segments().get(0));
        LogDirectory noFloor = files.crashed(temporary.resolve("no-floor"));
        Files.delete(noFloor.path.resolve("floor"));
        LogDirectory badFloor = files.crashed(temporary.resolve("bad-floor"));
        LogDirectory.write(badFloor.path.resolve("floor"), new byte[8192]);

        assertThrows(NodeLogDamagedException.class, noSegments::open);
        assertThrows(NodeLogDamagedException.class, noFloor::open);
        assertThrows(NodeLogDamagedException.class, badFloor::open);
    }

    @Test
    void refusesTheFilesOfAnotherStorage() {
        files.open().close();

        assertThrows(
                NodeLogDamagedException.class, () -> files.open(new StorageId(1, 1), AppendFile::open, failure -> {}));
    }

    @Test
    void aSegmentThatWasNeverBegunIsNoDamage() throws IOException {
        try (SegmentedNodeLog log = files.open()) {
            log.group("g").append(data(1, 10, 1));
        }
        Files.write(files.path.resolve("00000002.log"), new byte[4096]);

        try (SegmentedNodeLog log = files.open()) {
            assertEquals(10, log.group("g").lastIndex());
        }
    }
}
