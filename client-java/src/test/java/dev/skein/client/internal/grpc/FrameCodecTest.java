package dev.skein.client.internal.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Messages;
import dev.skein.proto.client.v1.Ping;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.StoredMessage;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class FrameCodecTest {

    private static final ClientFrame PING =
            ClientFrame.newBuilder().setPing(Ping.newBuilder().setNonce(9)).build();

    private static final ServerFrame MESSAGES = ServerFrame.newBuilder()
            .setMessages(Messages.newBuilder()
                    .setSubscriptionId(1)
                    .addMessages(StoredMessage.newBuilder()
                            .setSerial(3)
                            .setBody(MessageBody.newBuilder()
                                    .setMessageId("id")
                                    .setPayload(ByteString.copyFromUtf8("payload")))))
            .build();

    @Test
    void givesTheSameBytesDrainedAndRead() throws IOException {
        ByteArrayOutputStream drained = new ByteArrayOutputStream();
        int count = ((Drainable) stream()).drainTo(drained);
        assertEquals(PING.getSerializedSize(), count);
        assertArrayEquals(PING.toByteArray(), drained.toByteArray());
        assertArrayEquals(PING.toByteArray(), stream().readAllBytes());
    }

    @Test
    void knowsWhatIsLeft() throws IOException {
        InputStream stream = stream();
        assertEquals(PING.getSerializedSize(), stream.available());
        assertEquals(PING.toByteArray()[0], stream.read());
        assertEquals(PING.getSerializedSize() - 1, stream.available());
        assertEquals(PING.getSerializedSize() - 1, ((Drainable) stream).drainTo(new ByteArrayOutputStream()));
        assertEquals(-1, stream.read());
    }

    @Test
    void readsFramesOfKnownAndUnknownLength() {
        byte[] bytes = MESSAGES.toByteArray();
        assertEquals(MESSAGES, FrameCodec.SESSION.parseResponse(new ByteArrayInputStream(bytes)));
        assertEquals(MESSAGES, FrameCodec.SESSION.parseResponse(new Sized(bytes)));
        assertEquals(ServerFrame.getDefaultInstance(), FrameCodec.SESSION.parseResponse(new Sized(new byte[0])));
    }

    @Test
    void refusesMalformedFrames() {
        byte[] whole = MESSAGES.toByteArray();
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 1);
        StatusRuntimeException refusal =
                assertThrows(StatusRuntimeException.class, () -> FrameCodec.SESSION.parseResponse(new Sized(cut)));
        assertEquals(Status.Code.INTERNAL, refusal.getStatus().getCode());
    }

    private static InputStream stream() {
        return FrameCodec.SESSION.streamRequest(new FrameCodec.Small(PING));
    }

    private static final class Sized extends ByteArrayInputStream implements KnownLength {

        Sized(byte[] bytes) {
            super(bytes);
        }
    }
}
