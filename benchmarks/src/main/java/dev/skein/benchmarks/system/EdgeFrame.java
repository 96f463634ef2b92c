package dev.skein.benchmarks.system;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import java.nio.ByteBuffer;

/**
 * A frame of the edge's replies, each after its length, as a load generator wants it: payloads and positions without the rest. Decoding whole frames
 * would make the load generator, not the server, the bottleneck.
 */
final class EdgeFrame {

    private static final int VARINT_BITS = 7;
    private static final int VARINT_BITS_MAX = 70;
    private static final int FIXED_32_BYTES = 4;
    private static final int FIXED_64_BYTES = 8;

    private EdgeFrame() {}

    /** Told what a frame holds, in its order. */
    interface Contents {

        /** Wants an answer. */
        void ping();

        /** @param payload only for the time of the call */
        void publication(ByteBuffer payload, long offset);

        /** Anything but a publication. */
        void reply(Reply reply);
    }

    /**
     * Reads a frame.
     *
     * @throws InvalidProtocolBufferException when it isn't one
     */
    static void read(ByteBuffer frame, Contents contents) throws InvalidProtocolBufferException {
        while (frame.hasRemaining()) {
            ByteBuffer reply = bytes(frame);
            if (!reply.hasRemaining()) {
                contents.ping();
            } else if (!publication(reply.duplicate(), contents)) {
                contents.reply(Reply.parseFrom(reply));
            }
        }
    }

    /** Whether it was one. */
    private static boolean publication(ByteBuffer reply, Contents contents) throws InvalidProtocolBufferException {
        if (!find(reply, Reply.PUSH_FIELD_NUMBER)) {
            return false;
        }
        ByteBuffer push = bytes(reply);
        if (!find(push, Push.PUB_FIELD_NUMBER)) {
            return false;
        }
        ByteBuffer publication = bytes(push);
        ByteBuffer payload = ByteBuffer.allocate(0);
        long offset = 0;
        while (publication.hasRemaining()) {
            int tag = (int) varint(publication);
            switch (WireFormat.getTagFieldNumber(tag)) {
                case Publication.DATA_FIELD_NUMBER -> payload = bytes(publication);
                case Publication.OFFSET_FIELD_NUMBER -> offset = varint(publication);
                default -> skip(publication, tag);
            }
        }
        contents.publication(payload, offset);
        return true;
    }

    /** Goes to the field's value; answers whether there is one. */
    private static boolean find(ByteBuffer message, int field) throws InvalidProtocolBufferException {
        while (message.hasRemaining()) {
            int tag = (int) varint(message);
            if (WireFormat.getTagFieldNumber(tag) == field) {
                return true;
            }
            skip(message, tag);
        }
        return false;
    }

    private static void skip(ByteBuffer message, int tag) throws InvalidProtocolBufferException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_VARINT -> varint(message);
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> bytes(message);
            case WireFormat.WIRETYPE_FIXED32 -> take(message, FIXED_32_BYTES);
            case WireFormat.WIRETYPE_FIXED64 -> take(message, FIXED_64_BYTES);
            default -> throw new InvalidProtocolBufferException("tag: " + tag + " (expected: a known wire type)");
        }
    }

    private static ByteBuffer bytes(ByteBuffer from) throws InvalidProtocolBufferException {
        return take(from, varint(from));
    }

    private static ByteBuffer take(ByteBuffer from, long length) throws InvalidProtocolBufferException {
        if (length < 0 || length > from.remaining()) {
            throw new InvalidProtocolBufferException(
                    "length: " + length + " (expected: at most " + from.remaining() + ")");
        }
        ByteBuffer taken = from.slice(from.position(), (int) length);
        from.position(from.position() + (int) length);
        return taken;
    }

    private static long varint(ByteBuffer from) throws InvalidProtocolBufferException {
        long value = 0;
        for (int shift = 0; shift < VARINT_BITS_MAX && from.hasRemaining(); shift += VARINT_BITS) {
            byte next = from.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new InvalidProtocolBufferException("a number doesn't end");
    }
}
