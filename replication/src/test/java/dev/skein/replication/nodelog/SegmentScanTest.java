package dev.skein.replication.nodelog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SegmentScanTest {

    private static final int SIZE = 8 << 20;
    private static final int INVALID = 3 << 20;
    private static final Segment SEGMENT = new Segment(7, Path.of("7.log"), SIZE);

    private final ByteBuffer bytes = ByteBuffer.allocate(SIZE);
    private long read;

    /** Each would cost a MiB; there are half a million. */
    @Test
    void whatOnlyLooksLikeFramesIsNotReadAgainAndAgain() throws IOException {
        for (int at = SegmentHeader.BYTES; at <= SIZE - 16; at += 16) {
            bytes.putInt(at, 1 << 20);
            bytes.put(at + 8, (byte) FrameType.ENTRY.ordinal());
        }

        assertFalse(scan().provesSynced(INVALID));

        assertTrue(read >= SIZE - INVALID, () -> read + " bytes read");
    }

    @Test
    void recordsOfOneWriteAreReadOnceHoweverMany() throws IOException {
        int end = records(INVALID + 64, SIZE - 4_096, 0);
        records(end, SIZE - 8, INVALID + 8);

        assertTrue(scan().provesSynced(INVALID));

        assertTrue(read >= SIZE - INVALID - 8_192, () -> read + " bytes read");
    }

    @Test
    void aValidRecordProvesOnlyWhatItSays() throws IOException {
        records(INVALID + 64, SIZE - 8, INVALID);

        assertFalse(scan().provesSynced(INVALID));
        assertTrue(scan().provesSynced(INVALID - 8));
    }

    @Test
    void aRecordThatSaysSoAndIsDamagedProvesNothing() throws IOException {
        int end = records(INVALID + 64, INVALID + 200, INVALID + 8);
        bytes.put(end - 8, (byte) (bytes.get(end - 8) + 1));

        assertFalse(scan().provesSynced(INVALID));
    }

    /** Writes records of a hundred bytes, each of which says what was synced; answers where they end. */
    private int records(int from, int to, int synced) {
        ByteBuffer payload = ByteBuffer.wrap(Records.filled(1, 100));
        int at = from;
        while (at + Frame.paddedBytes(100) <= to) {
            bytes.position(at);
            new Frame(FrameType.ENTRY, LogRecord.Kind.DATA, 1, synced, 1, 1, payload)
                    .encode(bytes, LogDirectory.STORAGE, Positions.of(SEGMENT.number(), at));
            assertEquals(at + Frame.paddedBytes(100), bytes.position());
            at = bytes.position();
        }
        return at;
    }

    private SegmentScan scan() {
        return new SegmentScan(SEGMENT, LogDirectory.STORAGE, SIZE, this::read);
    }

    private void read(ByteBuffer target, long offset) {
        int length = Math.min(target.remaining(), SIZE - (int) offset);
        target.put(bytes.duplicate().clear().slice((int) offset, length));
        read += length;
        assertTrue(read <= 2L * SIZE, "read twice as much as there is");
    }
}
