package dev.skein.benchmarks.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.edge.v1.ClientInfo;
import dev.skein.proto.edge.v1.Join;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.proto.edge.v1.SubscribeResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EdgeFrameTest implements EdgeFrame.Contents {

    private final List<String> seen = new ArrayList<>();

    @Test
    void readsPublicationsAnswersAndPingsInTheirOrder() throws Exception {
        Reply answer = Reply.newBuilder()
                .setId(2)
                .setSubscribe(SubscribeResult.newBuilder().setOffset(6))
                .build();
        byte[] frame = frame(answer, publication("seven", 7), Reply.getDefaultInstance(), publication("eight", 8));

        EdgeFrame.read(ByteBuffer.wrap(frame), this);

        assertEquals(List.of("reply 2", "seven at 7", "ping", "eight at 8"), seen);
    }

    @Test
    void takesOtherPushesForReplies() throws Exception {
        Reply join = Reply.newBuilder()
                .setPush(Push.newBuilder().setChannel("chat:room").setJoin(Join.getDefaultInstance()))
                .build();
        EdgeFrame.read(ByteBuffer.wrap(frame(join)), this);
        assertEquals(List.of("reply 0"), seen);
    }

    @Test
    void refusesWhatEndsTooEarly() throws Exception {
        byte[] frame = frame(publication("whole", 1));
        for (int length = 1; length < frame.length; length++) {
            ByteBuffer part = ByteBuffer.wrap(frame, 0, length);
            assertThrows(InvalidProtocolBufferException.class, () -> EdgeFrame.read(part, this));
        }
    }

    private static Reply publication(String data, long offset) {
        return Reply.newBuilder()
                .setPush(Push.newBuilder()
                        .setChannel("chat:room")
                        .setPub(Publication.newBuilder()
                                .setInfo(ClientInfo.newBuilder().setUser("ann"))
                                .setData(ByteString.copyFromUtf8(data))
                                .putTags("a", "b")
                                .setOffset(offset)
                                .setTime(1)))
                .build();
    }

    private static byte[] frame(Reply... replies) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (Reply each : replies) {
            each.writeDelimitedTo(frame);
        }
        return frame.toByteArray();
    }

    @Override
    public void ping() {
        seen.add("ping");
    }

    @Override
    public void publication(ByteBuffer payload, long offset) {
        seen.add(StandardCharsets.UTF_8.decode(payload) + " at " + offset);
    }

    @Override
    public void reply(Reply reply) {
        seen.add("reply " + reply.getId());
    }
}
