package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.replication.TailMessage;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A message and its place, before it is encoded for subscribers.
 *
 * @param serial in the channel; for an ephemeral message the serial it came after
 * @param shardSerial 0 for an ephemeral message
 * @param timeMillis log time
 * @param ephemeral not stored
 * @param producer 16 bytes or empty
 * @param sequence 0 without a producer
 * @param body serialised {@code MessageBody}
 */
record PlacedMessage(
        long serial,
        long shardSerial,
        long timeMillis,
        boolean ephemeral,
        ByteString producer,
        long sequence,
        ByteString body) {

    /** Encodes a {@link StoredMessage} around the publisher's own bytes, which are copied as they are. */
    TailMessage encode() {
        byte[] bytes = new byte[encodedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            write(out);
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        long expires = TailMessage.expiry(timeMillis, MessageFields.of(body).ttlMillis());
        return new TailMessage(serial, timeMillis, ephemeral, UnsafeByteOperations.unsafeWrap(bytes), expires);
    }

    private int encodedSize() {
        return number(StoredMessage.SERIAL_FIELD_NUMBER, serial)
                + number(StoredMessage.SHARD_SERIAL_FIELD_NUMBER, shardSerial)
                + number(StoredMessage.TIME_MS_FIELD_NUMBER, timeMillis)
                + (producer.isEmpty()
                        ? 0
                        : CodedOutputStream.computeBytesSize(StoredMessage.PRODUCER_FIELD_NUMBER, producer))
                + number(StoredMessage.SEQUENCE_FIELD_NUMBER, sequence)
                + (ephemeral ? CodedOutputStream.computeBoolSize(StoredMessage.EPHEMERAL_FIELD_NUMBER, true) : 0)
                + CodedOutputStream.computeBytesSize(StoredMessage.BODY_FIELD_NUMBER, body);
    }

    /** As generated code writes it: in the order of the fields, without those that are empty. */
    private void write(CodedOutputStream out) throws IOException {
        number(out, StoredMessage.SERIAL_FIELD_NUMBER, serial);
        number(out, StoredMessage.SHARD_SERIAL_FIELD_NUMBER, shardSerial);
        number(out, StoredMessage.TIME_MS_FIELD_NUMBER, timeMillis);
        if (!producer.isEmpty()) {
            out.writeBytes(StoredMessage.PRODUCER_FIELD_NUMBER, producer);
        }
        number(out, StoredMessage.SEQUENCE_FIELD_NUMBER, sequence);
        if (ephemeral) {
            out.writeBool(StoredMessage.EPHEMERAL_FIELD_NUMBER, true);
        }
        out.writeBytes(StoredMessage.BODY_FIELD_NUMBER, body);
    }

    private static int number(int field, long value) {
        return value == 0 ? 0 : CodedOutputStream.computeUInt64Size(field, value);
    }

    private static void number(CodedOutputStream out, int field, long value) throws IOException {
        if (value != 0) {
            out.writeUInt64(field, value);
        }
    }
}
