package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.wire.SectionView;
import dev.skein.wire.WireReader;
import java.io.IOException;
import java.util.zip.CRC32C;

/**
 * The fields of a message body that replication looks at. A body that isn't a {@link MessageBody} has none of them: whether to
 * take it was the leader's decision, and every replica must come to the same result.
 *
 * @param messageId UTF-8, may be empty
 * @param payload application bytes
 * @param ttlMillis 0: none
 */
record MessageFields(ByteString messageId, ByteString payload, long ttlMillis) {

    private static final int MESSAGE_ID_TAG =
            MessageBody.MESSAGE_ID_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final MessageFields NONE = new MessageFields(ByteString.EMPTY, ByteString.EMPTY, 0);

    static MessageFields of(ByteString body) {
        CodedInputStream input = body.newCodedInput();
        input.enableAliasing(true);
        try {
            return read(input);
        } catch (IOException notAMessageBody) {
            return NONE;
        }
    }

    /** Only the id of a section's message. */
    static ByteString messageId(SectionView section, int ordinal) {
        WireReader reader = section.body(ordinal);
        ByteString messageId = ByteString.EMPTY;
        try {
            for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
                if (tag == MESSAGE_ID_TAG) {
                    int length = reader.length();
                    messageId = reader.slice(reader.position() - length, reader.position());
                } else {
                    reader.skip(tag);
                }
            }
            return messageId;
        } catch (IOException notAMessageBody) {
            return ByteString.EMPTY;
        }
    }

    /** CRC32C of the bytes. */
    static int crc(ByteString bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asReadOnlyByteBuffer());
        return (int) crc.getValue();
    }

    /** Whether it may still be read at {@code nowMillis}. */
    boolean isAlive(long timeMillis, long nowMillis) {
        return ttlMillis <= 0 || nowMillis - timeMillis < ttlMillis;
    }

    private static MessageFields read(CodedInputStream input) throws IOException {
        ByteString messageId = ByteString.EMPTY;
        ByteString payload = ByteString.EMPTY;
        long ttl = 0;
        for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            int type = WireFormat.getTagWireType(tag);
            if (field == MessageBody.MESSAGE_ID_FIELD_NUMBER && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                messageId = input.readBytes();
            } else if (field == MessageBody.PAYLOAD_FIELD_NUMBER && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                payload = input.readBytes();
            } else if (field == MessageBody.TTL_MS_FIELD_NUMBER && type == WireFormat.WIRETYPE_VARINT) {
                ttl = input.readRawVarint64();
            } else if (!input.skipField(tag)) {
                return NONE;
            }
        }
        return new MessageFields(messageId, payload, ttl);
    }
}
