package dev.skein.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;

/**
 * Walks the fields of a serialised message without decoding them: what a message costs on its way from the publisher to disk is
 * this walk and no object. Reads one range of an array at a time; {@link #reset} makes it read another.
 *
 * <p>Groups, which proto3 doesn't have, are malformed here.
 */
public final class WireReader {

    private final byte[] bytes;
    private int at;
    private int limit;

    public WireReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        reset(from, to);
    }

    /** Reads this range from now on. */
    public void reset(int from, int to) {
        at = from;
        limit = to;
    }

    /** The next field's tag; 0 at the end. */
    public int tag() throws InvalidProtocolBufferException {
        if (at == limit) {
            return 0;
        }
        long tag = varint();
        if (tag <= 0 || tag > 0xFFFF_FFFFL || WireFormat.getTagFieldNumber((int) tag) == 0) {
            throw malformed("a field's tag");
        }
        return (int) tag;
    }

    /** A number. */
    public long varint() throws InvalidProtocolBufferException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == limit) {
                throw malformed("a number");
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed("a number");
    }

    /** Goes past bytes with their length before them; {@link #position} is then their end. */
    public int length() throws InvalidProtocolBufferException {
        long length = varint();
        if (length < 0 || length > limit - at) {
            throw malformed("a length");
        }
        at += (int) length;
        return (int) length;
    }

    /** Goes past a field's value. */
    public void skip(int tag) throws InvalidProtocolBufferException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> varint();
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> length();
            case WireFormat.WIRETYPE_FIXED32 -> advance(4);
            case WireFormat.WIRETYPE_FIXED64 -> advance(8);
            default -> throw malformed("a field's type");
        }
    }

    /** Where it stands in the array. */
    public int position() {
        return at;
    }

    /** Part of the array, not copied. */
    public ByteString slice(int from, int to) {
        return from == to ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(bytes, from, to - from);
    }

    private void advance(int count) throws InvalidProtocolBufferException {
        if (count > limit - at) {
            throw malformed("a number");
        }
        at += count;
    }

    private InvalidProtocolBufferException malformed(String what) {
        return new InvalidProtocolBufferException("malformed: " + what + " at byte " + at);
    }
}
