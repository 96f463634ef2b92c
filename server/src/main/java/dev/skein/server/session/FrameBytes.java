package dev.skein.server.session;

import com.google.protobuf.CodedOutputStream;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.replication.TailMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A serialised {@code ServerFrame}. Frames of messages are put together from the messages' stored bytes, which are copied and
 * never decoded on the way to a subscriber.
 *
 * @param bytes the frame; not changed any more
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a wrapper would only cost memory
record FrameBytes(byte[] bytes) {

    /** Any frame. */
    static FrameBytes of(ServerFrame frame) {
        return new FrameBytes(frame.toByteArray());
    }

    /** A frame of messages. */
    static FrameBytes ofMessages(int subscriptionId, long epoch, List<TailMessage> messages) {
        int inner = CodedOutputStream.computeUInt32Size(Messages.SUBSCRIPTION_ID_FIELD_NUMBER, subscriptionId)
                + CodedOutputStream.computeUInt64Size(Messages.EPOCH_FIELD_NUMBER, epoch);
        for (TailMessage each : messages) {
            inner += CodedOutputStream.computeBytesSize(Messages.MESSAGES_FIELD_NUMBER, each.encoded());
        }
        byte[] bytes = new byte
                [CodedOutputStream.computeTagSize(ServerFrame.MESSAGES_FIELD_NUMBER)
                        + CodedOutputStream.computeUInt32SizeNoTag(inner)
                        + inner];
        write(CodedOutputStream.newInstance(bytes), inner, subscriptionId, epoch, messages);
        return new FrameBytes(bytes);
    }

    private static void write(
            CodedOutputStream out, int inner, int subscriptionId, long epoch, List<TailMessage> messages) {
        try {
            out.writeTag(ServerFrame.MESSAGES_FIELD_NUMBER, 2);
            out.writeUInt32NoTag(inner);
            out.writeUInt32(Messages.SUBSCRIPTION_ID_FIELD_NUMBER, subscriptionId);
            out.writeUInt64(Messages.EPOCH_FIELD_NUMBER, epoch);
            for (TailMessage each : messages) {
                out.writeBytes(Messages.MESSAGES_FIELD_NUMBER, each.encoded());
            }
            out.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
