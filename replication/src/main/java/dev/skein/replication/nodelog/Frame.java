package dev.skein.replication.nodelog;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The format of a record in a segment.
 *
 * <pre>
 *  0 u32 length      header and payload, without the padding to 8 bytes
 *  4 u32 crc32c      over storage id, position, length and everything from byte 8
 *  8 u8  type        {@link FrameType}
 *  9 u8  kind        {@link LogRecord.Kind}, for records of a Raft log
 * 10 u16 0
 * 12 u32 group       0: the whole log
 * 16 u32 synced      bytes of this segment that were known to be on stable storage when this was written
 * 20 u32 0
 * 24 u64 index
 * 32 u64 term        for RESET: last index that stays readable
 * 40     payload
 * </pre>
 *
 * The position in the checksum makes a record valid in its own place only. The synced mark lets recovery tell an unfinished write
 * from damage: what a later valid record says was synced must be there.
 *
 * @param type what it does
 * @param kind what the payload is
 * @param group group number
 * @param synced see above
 * @param index Raft index or the operation's argument
 * @param term Raft term or the operation's second argument
 * @param payload the bytes, a view
 */
record Frame(FrameType type, LogRecord.Kind kind, int group, int synced, long index, long term, ByteBuffer payload) {

    static final int HEADER_BYTES = 40;

    /** Largest frame: four times the largest Raft entry, and room for the checkpoint of tens of thousands of groups. */
    static final int BYTES_MAX = 4 << 20;

    private static final LogRecord.Kind[] KINDS = LogRecord.Kind.values();

    /** Bytes of a frame with its padding. */
    static int paddedBytes(int payloadBytes) {
        return (HEADER_BYTES + payloadBytes + 7) & ~7;
    }

    int paddedBytes() {
        return paddedBytes(payload.remaining());
    }

    /** Writes the frame at the buffer's position, with its padding. */
    void encode(ByteBuffer target, StorageId storage, long position) {
        int start = target.position();
        int length = HEADER_BYTES + payload.remaining();
        target.putInt(length).putInt(0).put((byte) type.ordinal()).put((byte) kind.ordinal());
        target.putShort((short) 0)
                .putInt(group)
                .putInt(synced)
                .putInt(0)
                .putLong(index)
                .putLong(term);
        target.put(payload.duplicate());
        while ((target.position() - start & 7) != 0) {
            target.put((byte) 0);
        }
        target.putInt(start + 4, checksum(target, start, length, storage, position));
    }

    /** Whether bytes at {@code start} could begin a frame of at most {@code available} bytes; the length is then plausible. */
    static boolean plausible(ByteBuffer source, int start, long available) {
        if (available < HEADER_BYTES) {
            return false;
        }
        int length = source.getInt(start);
        return length >= HEADER_BYTES
                && length <= BYTES_MAX
                && ((length + 7) & ~7) <= available
                && FrameType.isKnown(source.get(start + 8))
                && source.get(start + 9) >= 0
                && source.get(start + 9) < KINDS.length;
    }

    /** What the frame at {@code start} says was synced, if it is one. The buffer must hold its header. */
    static int synced(ByteBuffer source, int start) {
        return source.getInt(start + 16);
    }

    /** Whether the plausible frame at {@code start} is what was written at this position. The buffer must hold it whole. */
    static boolean valid(ByteBuffer source, int start, StorageId storage, long position) {
        int length = source.getInt(start);
        if (source.getInt(start + 4) != checksum(source, start, length, storage, position)) {
            return false;
        }
        for (int at = start + length; (at - start & 7) != 0; at++) {
            if (source.get(at) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads a valid frame; its payload is a view of the source. */
    static Frame decode(ByteBuffer source, int start) {
        return new Frame(
                FrameType.of(source.get(start + 8)),
                KINDS[source.get(start + 9)],
                source.getInt(start + 12),
                synced(source, start),
                source.getLong(start + 24),
                source.getLong(start + 32),
                source.slice(start + HEADER_BYTES, source.getInt(start) - HEADER_BYTES));
    }

    private static int checksum(ByteBuffer bytes, int start, int length, StorageId storage, long position) {
        CRC32C crc = new CRC32C();
        ByteBuffer seed = ByteBuffer.allocate(28);
        seed.putLong(storage.high()).putLong(storage.low()).putLong(position).putInt(length);
        crc.update(seed.flip());
        ByteBuffer rest = bytes.duplicate();
        rest.limit(start + length).position(start + 8);
        crc.update(rest);
        return (int) crc.getValue();
    }
}
