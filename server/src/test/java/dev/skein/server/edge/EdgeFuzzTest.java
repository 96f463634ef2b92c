package dev.skein.server.edge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.skein.proto.edge.v1.Command;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import java.util.List;

/** Frames of the edge's clients: commands, or {@link BadFrameException}; and a payload that was taken from JSON can be sent as JSON. */
final class EdgeFuzzTest {

    private final JsonCodec json = new JsonCodec();
    private final ProtobufCodec protobuf = new ProtobufCodec();

    @FuzzTest(maxDuration = "1m")
    void jsonFrames(byte[] frame) {
        List<Command> commands;
        try {
            commands = json.decode(frame);
        } catch (BadFrameException refused) {
            return;
        }
        assertFalse(commands.isEmpty());
        for (Command command : commands) {
            ByteString data = command.getPublish().getData();
            if (!data.isEmpty()) {
                assertTrue(json.carries(data.toByteArray()), "what came as JSON is JSON");
                byte[] push = json.encode(Reply.newBuilder()
                        .setPush(Push.newBuilder()
                                .setPub(Publication.newBuilder().setData(data)))
                        .build());
                assertTrue(json.carries(push));
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void protobufFrames(byte[] frame) {
        try {
            assertFalse(protobuf.decode(frame).isEmpty());
        } catch (BadFrameException refused) {
            return;
        }
    }

    @FuzzTest(maxDuration = "1m")
    void emulationRequests(byte[] request) {
        try {
            json.emulation(request);
        } catch (BadFrameException refused) {
            return;
        }
    }

    @FuzzTest(maxDuration = "1m")
    void payloads(byte[] payload) {
        if (json.carries(payload)) {
            byte[] push = json.encode(Reply.newBuilder()
                    .setPush(Push.newBuilder().setPub(Publication.newBuilder().setData(ByteString.copyFrom(payload))))
                    .build());
            assertTrue(json.carries(push), "a payload that is JSON leaves the frame JSON");
        }
    }
}
