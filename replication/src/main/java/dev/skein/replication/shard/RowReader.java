package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/** Reads what {@link RowWriter} wrote. A row that ends early is a broken state. */
final class RowReader {

    private final byte[] bytes;
    private int at;

    RowReader(byte[] bytes) {
        this.bytes = bytes;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = take();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw broken();
    }

    int count() {
        long value = number();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw broken();
        }
        return (int) value;
    }

    /** A count of things that follow, each of at least so many bytes: more than the row can hold isn't believed. */
    int count(int bytesEach) {
        int value = count();
        if (value > (bytes.length - at) / bytesEach) {
            throw broken();
        }
        return value;
    }

    long signed() {
        long value = number();
        return value >>> 1 ^ -(value & 1);
    }

    long fixedLong() {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | take() & 0xFF;
        }
        return value;
    }

    int fixedInt() {
        int value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value = value << 8 | take() & 0xFF;
        }
        return value;
    }

    ByteString bytes() {
        int length = count();
        if (length > bytes.length - at) {
            throw broken();
        }
        ByteString value = ByteString.copyFrom(bytes, at, length);
        at += length;
        return value;
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    String text() {
        return bytes().toString(StandardCharsets.UTF_8);
    }

    private byte take() {
        if (at == bytes.length) {
            throw broken();
        }
        return bytes[at++];
    }

    StateBrokenException broken() {
        return new StateBrokenException("row of " + bytes.length + " bytes ends early or holds a bad number at " + at);
    }
}
