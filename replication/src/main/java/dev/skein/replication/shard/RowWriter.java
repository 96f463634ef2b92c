package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a row's value: numbers of 7 bits a byte, low bits first; bytes with their length before them. */
final class RowWriter {

    private byte[] bytes = new byte[64];
    private int size;

    RowWriter number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        put((byte) rest);
        return this;
    }

    /** Always 8 bytes: for digests and epochs, which are large anyway. */
    RowWriter fixed(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            put((byte) (value >>> shift));
        }
        return this;
    }

    /** Always 4 bytes: for checksums. */
    RowWriter fixed(int value) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            put((byte) (value >>> shift));
        }
        return this;
    }

    /** A number that may be negative. */
    RowWriter signed(long value) {
        return number(value << 1 ^ value >> 63);
    }

    RowWriter bytes(ByteString value) {
        number(value.size());
        reserve(value.size());
        value.copyTo(bytes, size);
        size += value.size();
        return this;
    }

    RowWriter text(String value) {
        return bytes(ByteString.copyFrom(value, StandardCharsets.UTF_8));
    }

    /** A row within a row, with its length before it. */
    RowWriter row(RowWriter inner) {
        return bytes(inner.bytes, inner.size);
    }

    RowWriter bytes(byte[] value) {
        return bytes(value, value.length);
    }

    int size() {
        return size;
    }

    byte[] done() {
        return Arrays.copyOf(bytes, size);
    }

    private RowWriter bytes(byte[] value, int length) {
        number(length);
        reserve(length);
        System.arraycopy(value, 0, bytes, size, length);
        size += length;
        return this;
    }

    private void put(byte value) {
        reserve(1);
        bytes[size++] = value;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
