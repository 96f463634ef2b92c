package dev.skein.replication.nodelog;

import static dev.skein.replication.nodelog.Records.sized;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLogScrubTest {

    private static final int RECORD_BYTES = 300;

    @TempDir
    Path temporary;

    private LogDirectory files;
    private SegmentedNodeLog log;
    private GroupLog group;
    private final Map<Long, LogRecord> elsewhere = new HashMap<>();
    private final Map<Long, LogRecord> others = new HashMap<>();

    @BeforeEach
    void fillSomeSegments() {
        files = new LogDirectory(temporary.resolve("log"));
        log = files.open();
        group = log.group("g");
        GroupLog other = log.group("other");
        group.append(sized(1, 10, 1, RECORD_BYTES));
        other.append(sized(1, 2, 1, 40));
        group.truncateSuffix(8);
        group.append(sized(9, 20, 2, RECORD_BYTES));
        group.truncatePrefix(5);
        other.append(List.of(new LogRecord(LogRecord.Kind.CONFIGURATION, 3, 1, ByteBuffer.wrap(new byte[50]))));
        group.append(sized(21, 40, 2, RECORD_BYTES));
        for (long index = 1; index <= 40; index++) {
            elsewhere.put(index, group.read(index).orElseThrow());
        }
        for (long index = 1; index <= 3; index++) {
            others.put(index, other.read(index).orElseThrow());
        }
        assertTrue(log.scrub().sealed().size() >= 2);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Optional<LogRecord> copy(String name, long index) {
        return Optional.ofNullable((name.equals("g") ? elsewhere : others).get(index));
    }

    private ScrubResult scrub(int segment) throws IOException {
        return log.scrub().scrub(segment, this::copy, bytes -> {});
    }

    private Path file(int segment) {
        return files.segments().get(segment - 1);
    }

    private void change(int segment, long at, byte... bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file(segment), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    /** Where the first record of that index is. */
    private int payloadOf(int segment, long index) {
        byte[] bytes = LogDirectory.bytes(file(segment));
        byte filled = (byte) (index * 31 + 1);
        for (int at = 0; at + RECORD_BYTES <= bytes.length; at++) {
            int same = 0;
            while (same < RECORD_BYTES && bytes[at + same] == filled) {
                same++;
            }
            if (same == RECORD_BYTES) {
                return at;
            }
        }
        throw new AssertionError("no record " + index);
    }

    @Test
    void whatIsWholeIsReadAndLeftAlone() throws IOException {
        for (int segment : log.scrub().sealed()) {
            byte[] before = LogDirectory.bytes(file(segment));
            ScrubResult result = scrub(segment);
            assertEquals(0, result.found());
            assertEquals(before.length, result.bytes());
            assertArrayEquals(before, LogDirectory.bytes(file(segment)));
        }
    }

    @Test
    void aFlippedBitAnywhereInASealedSegmentIsMended() throws IOException {
        for (int segment : log.scrub().sealed()) {
            byte[] before = LogDirectory.bytes(file(segment));
            for (int at = segment; at < before.length; at += 13) {
                change(segment, at, (byte) (before[at] ^ 1 << at % 8));

                ScrubResult result = scrub(segment);

                String place = "segment " + segment + " byte " + at;
                assertEquals(1, result.found(), place);
                assertEquals(1, result.repaired(), place);
                assertArrayEquals(before, LogDirectory.bytes(file(segment)), place);
            }
        }
        log.close();
        try (SegmentedNodeLog again = files.open()) {
            assertEquals(40, again.group("g").lastIndex());
        }
        log = files.open();
    }

    @Test
    void aLiveRecordIsReadAgainAsAnotherReplicaHasIt() throws IOException {
        int at = payloadOf(1, 7);
        change(1, at + 10, new byte[200]);
        NodeLogDamagedException damaged = assertThrows(NodeLogDamagedException.class, () -> group.read(7));
        assertEquals(1, damaged.segment());

        assertEquals(1, scrub(1).repaired());

        assertEquals(elsewhere.get(7L).payload(), group.read(7).orElseThrow().payload());
        assertEquals(elsewhere.get(8L).payload(), group.read(8).orElseThrow().payload());
    }

    @Test
    void withoutACopyNothingIsChangedAndTheReasonIsTold() throws IOException {
        change(1, payloadOf(1, 7) + 10, new byte[200]);
        byte[] before = LogDirectory.bytes(file(1));
        elsewhere.remove(7L);

        ScrubResult result = scrub(1);

        assertEquals(0, result.repaired());
        assertTrue(result.waiting().orElseThrow().contains("group g index 7"), result.toString());
        assertArrayEquals(before, LogDirectory.bytes(file(1)));
        assertThrows(NodeLogDamagedException.class, () -> group.read(7));
    }

    @Test
    void aRecordThatWasTakenBackNeedsNoCopy() throws IOException {
        change(1, payloadOf(1, 9) + 10, new byte[200]);
        elsewhere.remove(9L);

        assertEquals(1, scrub(1).repaired());
        log.close();
        log = files.open();
        assertEquals(40, log.group("g").lastIndex());
        assertEquals(2, log.group("g").read(9).orElseThrow().term());
    }

    @Test
    void twoRecordsAndWhatIsBetweenThemAreMended() throws IOException {
        int at = payloadOf(1, 7);
        int next = payloadOf(1, 8);
        change(1, at + RECORD_BYTES - 20, new byte[next - at - RECORD_BYTES + 60]);

        assertEquals(1, scrub(1).repaired());

        assertEquals(elsewhere.get(7L).payload(), group.read(7).orElseThrow().payload());
        assertEquals(elsewhere.get(8L).payload(), group.read(8).orElseThrow().payload());
    }

    @Test
    void aLostTruncationCannotBeMended() throws IOException {
        int truncation = truncation(LogDirectory.bytes(file(1)));
        change(1, truncation, new byte[Frame.HEADER_BYTES]);

        assertThrows(NodeLogDamagedException.class, () -> scrub(1));
    }

    private static int truncation(byte[] segment) {
        ByteBuffer bytes = ByteBuffer.wrap(segment);
        int at = SegmentHeader.BYTES;
        while (FrameType.of(bytes.get(at + 8)) != FrameType.TRUNCATE_SUFFIX) {
            at += bytes.getInt(at) + 7 & ~7;
        }
        return at;
    }

    @Test
    void reclaimingPassesDamageOnAndStops() throws IOException {
        List<Integer> told = new java.util.ArrayList<>();
        log.onRot(told::add);
        change(1, payloadOf(1, 7) + 10, new byte[200]);
        group.truncatePrefix(41);
        group.retainFrom(7);
        log.reclaim();
        group.retainFrom(38);
        log.reclaim();

        assertTrue(log.failure().isEmpty());
        assertTrue(told.isEmpty() || told.get(0) == 1, told.toString());
    }
}
