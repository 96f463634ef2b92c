package dev.skein.benchmarks.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.Pong;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.StoredMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameSummaryTest {

    @Test
    void findsThePayloadsOfAFrameOfMessagesInOrder() throws IOException {
        ServerFrame frame = ServerFrame.newBuilder()
                .setMessages(Messages.newBuilder()
                        .setSubscriptionId(1)
                        .setEpoch(7)
                        .addMessages(message("one"))
                        .addMessages(message("two")))
                .build();
        List<String> payloads = FrameSummary.of(frame.toByteArray()).payloads().stream()
                .map(payload -> StandardCharsets.UTF_8.decode(payload).toString())
                .toList();
        assertEquals(List.of("one", "two"), payloads);
    }

    @Test
    void leavesOtherFramesAsTheyAre() throws IOException {
        ServerFrame frame =
                ServerFrame.newBuilder().setPong(Pong.newBuilder().setNonce(3)).build();
        FrameSummary summary = FrameSummary.of(frame.toByteArray());
        assertEquals(ServerFrame.PONG_FIELD_NUMBER, summary.kind());
        assertTrue(summary.payloads().isEmpty());
        assertEquals(frame, ServerFrame.parseFrom(summary.frame()));
    }

    private static StoredMessage message(String text) {
        return StoredMessage.newBuilder()
                .setSerial(1)
                .setBody(MessageBody.newBuilder().setMessageId("id").setPayload(ByteString.copyFromUtf8(text)))
                .build();
    }
}
