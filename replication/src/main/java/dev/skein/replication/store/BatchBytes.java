package dev.skein.replication.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A RocksDB write batch in its serialised form: one call into native code for the whole batch, where an object of RocksDB's own takes one
 * for each row. The form is RocksDB's on-disk format of its write-ahead log:
 *
 * <pre>
 *  0 u64 sequence    little-endian; 0, RocksDB gives it out
 *  8 u32 rows
 * 12 rows            0x01 key value, or 0x00 key to remove it; both with their length before them, 7 bits a byte
 * </pre>
 *
 * Used again and again by one writer.
 */
final class BatchBytes {

    private static final int HEADER_BYTES = 12;
    private static final int COUNT_AT = 8;
    private static final byte REMOVE = 0;
    private static final byte PUT = 1;

    /** A larger buffer isn't kept for the next batch. */
    private static final int KEPT_BYTES_MAX = 256 << 10;

    private final byte[] prefix;
    private byte[] bytes = new byte[4 << 10];
    private int size;
    private int rows;

    /** Batches of rows whose keys begin with this prefix. */
    BatchBytes(byte[] prefix) {
        this.prefix = prefix;
    }

    void begin() {
        if (bytes.length > KEPT_BYTES_MAX) {
            bytes = new byte[4 << 10];
        }
        size = HEADER_BYTES;
        rows = 0;
    }

    /** A row; null removes it. */
    void add(byte[] key, byte @Nullable [] value) {
        rows++;
        reserve(1 + 5 + prefix.length + key.length + 5 + (value == null ? 0 : value.length));
        bytes[size++] = value == null ? REMOVE : PUT;
        length(prefix.length + key.length);
        append(prefix);
        append(key);
        if (value != null) {
            length(value.length);
            append(value);
        }
    }

    byte[] done() {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 0).putInt(COUNT_AT, rows);
        return Arrays.copyOf(bytes, size);
    }

    private void length(int value) {
        int rest = value;
        while (rest > 0x7F) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void append(byte[] part) {
        System.arraycopy(part, 0, bytes, size, part.length);
        size += part.length;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
