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
        StoredMessage envelope = StoredMessage.newBuilder()
                .setSerial(serial)
                .setShardSerial(shardSerial)
                .setTimeMs(timeMillis)
                .setProducer(producer)
                .setSequence(sequence)
                .setEphemeral(ephemeral)
                .build();
        int size = envelope.getSerializedSize()
                + CodedOutputStream.computeBytesSize(StoredMessage.BODY_FIELD_NUMBER, body);
        byte[] bytes = new byte[size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            envelope.writeTo(out);
            out.writeBytes(StoredMessage.BODY_FIELD_NUMBER, body);
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        long expires = TailMessage.expiry(timeMillis, MessageFields.of(body).ttlMillis());
        return new TailMessage(serial, timeMillis, ephemeral, UnsafeByteOperations.unsafeWrap(bytes), expires);
    }
}
