package dev.skein.server.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.replication.TailMessage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrameBytesTest {

    @Test
    void equalsWhatTheGeneratedCodeWrites() throws Exception {
        for (int count : List.of(1, 2, 300)) {
            List<StoredMessage> stored = IntStream.rangeClosed(1, count)
                    .mapToObj(FrameBytesTest::stored)
                    .toList();
            ServerFrame expected = ServerFrame.newBuilder()
                    .setMessages(Messages.newBuilder()
                            .setSubscriptionId(-7)
                            .setEpoch(-1L)
                            .addAllMessages(stored))
                    .build();
            FrameBytes frame = FrameBytes.ofMessages(
                    -7, -1L, stored.stream().map(FrameBytesTest::tail).toList());
            assertEquals(expected, ServerFrame.parseFrom(frame.bytes()));
        }
    }

    private static StoredMessage stored(int serial) {
        return StoredMessage.newBuilder()
                .setSerial(serial)
                .setTimeMs(serial * 1_000L)
                .setBody(MessageBody.newBuilder().setPayload(ByteString.copyFrom(new byte[serial])))
                .build();
    }

    private static TailMessage tail(StoredMessage stored) {
        return new TailMessage(stored.getSerial(), stored.getTimeMs(), false, stored.toByteString());
    }
}
