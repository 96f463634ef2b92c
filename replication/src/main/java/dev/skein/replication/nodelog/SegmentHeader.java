package dev.skein.replication.nodelog;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The first 64 bytes of a segment: magic, format version, segment number, storage id, CRC32C; zeros to the end. */
final class SegmentHeader {

    static final int BYTES = 64;

    private static final long MAGIC = 0x534b_4549_4e4c_4f47L;
    private static final int VERSION = 1;
    private static final int CHECKED_BYTES = 32;

    private SegmentHeader() {}

    static void encode(ByteBuffer target, int segment, StorageId storage) {
        int start = target.position();
        target.putLong(MAGIC)
                .putInt(VERSION)
                .putInt(segment)
                .putLong(storage.high())
                .putLong(storage.low());
        target.putInt(checksum(target.slice(start, CHECKED_BYTES)));
        target.put(new byte[BYTES - CHECKED_BYTES - 4]);
    }

    /** Whether these are the 64 bytes that this segment of this storage begins with. */
    static boolean matches(ByteBuffer found, int segment, StorageId storage) {
        ByteBuffer expected = ByteBuffer.allocate(BYTES);
        encode(expected, segment, storage);
        return found.equals(expected.flip());
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
