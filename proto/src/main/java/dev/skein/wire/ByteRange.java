package dev.skein.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Bytes that don't change, as a part of an array.
 *
 * @param array holds them, and perhaps others
 * @param from first
 * @param to one after the last
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record ByteRange(byte[] array, int from, int to) {

    /** The bytes of a string, not copied unless they are in several pieces. */
    public static ByteRange of(ByteString bytes) {
        Taken taken = new Taken(bytes.size());
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, taken);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return taken.range();
    }

    /** What remains in a buffer, not copied unless it is outside the heap. */
    public static ByteRange of(ByteBuffer buffer) {
        if (buffer.hasArray()) {
            int from = buffer.arrayOffset() + buffer.position();
            return new ByteRange(buffer.array(), from, from + buffer.remaining());
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return new ByteRange(copy, 0, copy.length);
    }

    /** How many bytes. */
    public int size() {
        return to - from;
    }

    /** The bytes, not copied. */
    public ByteString toByteString() {
        return UnsafeByteOperations.unsafeWrap(array, from, size());
    }

    /** Keeps the array of a string in one piece, and copies one in several. */
    private static final class Taken extends ByteOutput {

        private final int size;
        private byte[] array = new byte[0];
        private int from;
        private int filled;

        Taken(int size) {
            this.size = size;
        }

        ByteRange range() {
            return new ByteRange(array, from, from + size);
        }

        @Override
        public void write(byte value) {
            writeLazy(new byte[] {value}, 0, 1);
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            writeLazy(value, offset, length);
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            if (length == size) {
                array = value;
                from = offset;
                return;
            }
            if (array.length == 0) {
                array = new byte[size];
            }
            System.arraycopy(value, offset, array, filled, length);
            filled += length;
        }

        @Override
        public void write(ByteBuffer value) {
            writeLazy(value);
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            ByteRange piece = of(value);
            writeLazy(piece.array(), piece.from(), piece.size());
        }
    }
}
