package dev.skein.replication.nodelog;

import static dev.skein.replication.nodelog.Records.sized;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLogReclaimTest {

    @TempDir
    Path temporary;

    private LogDirectory files;

    @BeforeEach
    void makeDirectory() {
        files = new LogDirectory(temporary.resolve("log"));
    }

    @Test
    void nothingGoesUntilRetentionAndRaftBothLetGo() {
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(sized(1, 200, 1, 100));
            int segments = files.segments().size();

            group.truncatePrefix(150);
            log.reclaim();
            assertEquals(segments, files.segments().size());
            group.retainFrom(100);
            log.reclaim();

            assertTrue(files.segments().size() < segments);
            assertEquals(100, group.retainedFrom());
            assertEquals(Optional.empty(), group.read(99));
            assertIntact(group, 100, 200);
        }
        try (SegmentedNodeLog log = files.open()) {
            assertEquals(150, log.group("g").firstIndex());
            assertIntact(log.group("g"), 100, 200);
        }
    }

    @Test
    void retentionNeverTakesWhatRaftNeeds() {
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(sized(1, 200, 1, 100));
            group.truncatePrefix(50);
            group.retainFrom(Long.MAX_VALUE);
            log.reclaim();

            assertEquals(50, group.retainedFrom());
            group.truncatePrefix(120);
            log.reclaim();
            assertEquals(120, group.retainedFrom());
            assertIntact(group, 120, 200);
        }
    }

    @Test
    void aQuietGroupsRecordsAreCopiedOutOfTheWay() {
        try (SegmentedNodeLog log = files.open()) {
            GroupLog quiet = log.group("quiet");
            quiet.append(sized(1, 4, 1, 100));
            GroupLog busy = log.group("busy");
            busy.append(sized(1, 500, 1, 100));
            long before = log.bytesOnDisk();
            busy.truncatePrefix(480);
            busy.retainFrom(480);

            reclaimAll(log);

            assertTrue(log.bytesOnDisk() < before / 4, log.bytesOnDisk() + " of " + before);
            assertIntact(quiet, 1, 4);
            assertIntact(busy, 480, 500);
        }
        for (int restart = 0; restart < 2; restart++) {
            try (SegmentedNodeLog log = files.open()) {
                assertEquals(1, log.group("quiet").termAt(4));
                assertIntact(log.group("quiet"), 1, 4);
                assertIntact(log.group("busy"), 480, 500);
                log.group("quiet").append(sized(5 + restart, 5 + restart, 1, 100));
                reclaimAll(log);
            }
        }
    }

    @Test
    void aTruncationOutlivesItsSegment() {
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(sized(1, 10, 1, 100));
            group.truncateSuffix(5);
            group.append(sized(6, 8, 2, 100));
            GroupLog busy = log.group("busy");
            busy.append(sized(1, 500, 1, 100));
            busy.truncatePrefix(501);
            busy.retainFrom(501);
            reclaimAll(log);
        }
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            assertEquals(8, group.lastIndex());
            assertEquals(2, group.termAt(6));
            assertEquals(1, group.termAt(5));
            assertIntact(group, 1, 8);
        }
    }

    @Test
    void configurationsThatWereCopiedAreStillListed() {
        try (SegmentedNodeLog log = files.open()) {
            GroupLog group = log.group("g");
            group.append(java.util.List.of(new LogRecord(
                    LogRecord.Kind.CONFIGURATION, 1, 1, java.nio.ByteBuffer.wrap(Records.filled(1, 10)))));
            GroupLog busy = log.group("busy");
            busy.append(sized(1, 500, 1, 100));
            busy.drop();
            reclaimAll(log);
        }
        try (SegmentedNodeLog log = files.open()) {
            assertEquals(java.util.List.of(1L), log.group("g").configurationIndexes());
        }
    }

    private static void reclaimAll(SegmentedNodeLog log) {
        for (int turn = 0; turn < 300; turn++) {
            log.reclaim();
        }
    }

    private static void assertIntact(GroupLog group, long from, long to) {
        for (long index = from; index <= to; index++) {
            byte[] payload = new byte[100];
            group.read(index).orElseThrow().payload().get(payload);
            assertArrayEquals(Records.filled(index, 100), payload, "index " + index);
        }
    }
}
