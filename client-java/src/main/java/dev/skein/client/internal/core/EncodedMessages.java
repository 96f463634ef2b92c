package dev.skein.client.internal.core;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.skein.client.Header;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.Payload;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.MessageBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Messages as they stand in a section: fields {@code messages} of a {@link ChannelMessages}, one behind the other. Made once, on the
 * application's thread; every attempt sends these bytes.
 */
public final class EncodedMessages {

    private final byte[] bytes;
    private final int count;

    private EncodedMessages(byte[] bytes, int count) {
        this.bytes = bytes;
        this.count = count;
    }

    /** One message. */
    public static EncodedMessages of(OutgoingMessage message) {
        int bodySize = bodySize(message);
        byte[] bytes = new byte[fieldSize(bodySize)];
        try {
            writeField(message, bodySize, CodedOutputStream.newInstance(bytes));
        } catch (IOException wrongSize) {
            throw new UncheckedIOException(wrongSize);
        }
        return new EncodedMessages(bytes, 1);
    }

    /** Several messages of one channel, in order. */
    public static EncodedMessages of(List<OutgoingMessage> messages) {
        int[] bodySizes = new int[messages.size()];
        int size = 0;
        for (int i = 0; i < bodySizes.length; i++) {
            bodySizes[i] = bodySize(messages.get(i));
            size = Math.addExact(size, fieldSize(bodySizes[i]));
        }
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            for (int i = 0; i < bodySizes.length; i++) {
                writeField(messages.get(i), bodySizes[i], out);
            }
        } catch (IOException wrongSize) {
            throw new UncheckedIOException(wrongSize);
        }
        return new EncodedMessages(bytes, bodySizes.length);
    }

    /** How many messages. */
    public int count() {
        return count;
    }

    /** How many bytes they take in a section. */
    public int size() {
        return bytes.length;
    }

    /** The bytes; nobody changes them. */
    byte[] bytes() {
        return bytes;
    }

    private static int fieldSize(int bodySize) {
        return Math.addExact(
                CodedOutputStream.computeTagSize(ChannelMessages.MESSAGES_FIELD_NUMBER)
                        + CodedOutputStream.computeUInt32SizeNoTag(bodySize),
                bodySize);
    }

    private static void writeField(OutgoingMessage message, int bodySize, CodedOutputStream out) throws IOException {
        out.writeTag(ChannelMessages.MESSAGES_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(bodySize);
        if (message.messageId().isPresent()) {
            out.writeString(
                    MessageBody.MESSAGE_ID_FIELD_NUMBER, message.messageId().get());
        }
        List<Header> headers = message.headers();
        for (int i = 0; i < headers.size(); i++) {
            writeHeader(headers.get(i), out);
        }
        writeBytes(MessageBody.PAYLOAD_FIELD_NUMBER, message.payload(), out);
        long ttl = ttlMillis(message);
        if (ttl != 0) {
            out.writeUInt64(MessageBody.TTL_MS_FIELD_NUMBER, ttl);
        }
    }

    private static void writeHeader(Header header, CodedOutputStream out) throws IOException {
        out.writeTag(MessageBody.HEADERS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(headerSize(header));
        out.writeString(dev.skein.proto.client.v1.Header.KEY_FIELD_NUMBER, header.key());
        writeBytes(dev.skein.proto.client.v1.Header.VALUE_FIELD_NUMBER, header.value(), out);
    }

    /** Empty bytes are left out, as everywhere in proto3. */
    private static void writeBytes(int field, Payload value, CodedOutputStream out) throws IOException {
        if (value.size() > 0) {
            out.writeByteBuffer(field, value.asReadOnlyBuffer());
        }
    }

    private static int bodySize(OutgoingMessage message) {
        int size = bytesSize(MessageBody.PAYLOAD_FIELD_NUMBER, message.payload());
        if (message.messageId().isPresent()) {
            size += CodedOutputStream.computeStringSize(
                    MessageBody.MESSAGE_ID_FIELD_NUMBER, message.messageId().get());
        }
        List<Header> headers = message.headers();
        for (int i = 0; i < headers.size(); i++) {
            int header = headerSize(headers.get(i));
            int framing = CodedOutputStream.computeTagSize(MessageBody.HEADERS_FIELD_NUMBER)
                    + CodedOutputStream.computeUInt32SizeNoTag(header);
            size = Math.addExact(size, framing + header);
        }
        long ttl = ttlMillis(message);
        return ttl == 0 ? size : size + CodedOutputStream.computeUInt64Size(MessageBody.TTL_MS_FIELD_NUMBER, ttl);
    }

    private static int headerSize(Header header) {
        return CodedOutputStream.computeStringSize(dev.skein.proto.client.v1.Header.KEY_FIELD_NUMBER, header.key())
                + bytesSize(dev.skein.proto.client.v1.Header.VALUE_FIELD_NUMBER, header.value());
    }

    private static int bytesSize(int field, Payload value) {
        int size = value.size();
        return size == 0
                ? 0
                : Math.addExact(
                        CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(size), size);
    }

    private static long ttlMillis(OutgoingMessage message) {
        return message.timeToLive().isPresent() ? message.timeToLive().get().toMillis() : 0;
    }
}
