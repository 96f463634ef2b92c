package dev.skein.server.edge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.skein.proto.edge.v1.ClientInfo;
import dev.skein.proto.edge.v1.Command;
import dev.skein.proto.edge.v1.HistoryResult;
import dev.skein.proto.edge.v1.PresenceStatsResult;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.proto.edge.v1.PublishResult;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

    private final JsonCodec json = new JsonCodec();
    private final ProtobufCodec protobuf = new ProtobufCodec();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"x\" : 1, \"y\":[ 1.50, \"\\u00e9\" ]}",
                "\"text\"",
                "7",
                "-0.10e+3",
                "12345678901234567890123",
                "true",
                "null",
                "[]",
                "{}",
                "\"\\\\\\\" }\"",
                "\"grüße 😀\""
            })
    void aPayloadPassesByteForByte(String value) throws BadFrameException {
        List<Command> commands = json.decode(utf8(
                "{\"id\":4,\"publish\":{\"channel\":\"c\",\"data\": " + value + " ,\"unknown\":[{}]},\"z\":{}}\n"));

        assertEquals(1, commands.size());
        ByteString data = commands.get(0).getPublish().getData();
        assertEquals(value, data.toStringUtf8());
        assertTrue(json.carries(data.toByteArray()));
        Reply push = Reply.newBuilder()
                .setPush(Push.newBuilder()
                        .setChannel("c")
                        .setPub(Publication.newBuilder().setData(data)))
                .build();
        assertEquals("{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":" + value + "}}}", text(json.encode(push)));
    }

    @Test
    void aFrameHoldsSeveralCommandsInOrder() throws BadFrameException {
        List<Command> commands = json.decode(utf8(
                "{\"id\":1,\"connect\":{\"subs\":{\"a\":{\"recover\":true,\"offset\":9007199254740991,\"epoch\":\"e\"}}}}\n"
                        + "{\"id\":2,\"subscribe\":{\"channel\":\"b\",\"flag\":3,\"positioned\":true}}\n{}"));

        assertEquals(3, commands.size());
        var sub = commands.get(0).getConnect().getSubsOrThrow("a");
        assertEquals(9_007_199_254_740_991L, sub.getOffset());
        assertTrue(sub.getRecover());
        assertEquals(3, commands.get(1).getSubscribe().getFlag());
        assertEquals(Command.getDefaultInstance(), commands.get(2));
        assertEquals(commands.subList(0, 2), protobuf.decode(framed(commands.get(0), commands.get(1))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "[]",
                "7",
                "{",
                "{}x",
                "{\"id\":\"1\"}",
                "{\"id\":1.5}",
                "{\"id\":4294967296}",
                "{\"id\":1,\"publish\":[]}",
                "{\"id\":1,\"publish\":{\"channel\":5}}",
                "{\"id\":1,\"publish\":{\"data\":{}}",
                "{\"id\":1,\"connect\":{\"subs\":[]}}",
                "{\"id\":1,\"connect\":{\"subs\":{\"a\":1}}}"
            })
    void whatIsNoFrameIsRefused(String frame) {
        assertThrows(BadFrameException.class, () -> json.decode(utf8(frame)));
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "[".repeat(10_000);
        assertThrows(
                BadFrameException.class,
                () -> json.decode(utf8("{\"id\":1,\"publish\":{\"channel\":\"c\",\"data\":" + deep + "}}")));
        assertFalse(json.carries(utf8(deep)));
    }

    @Test
    void protobufFramesAreReadWholeOrNotAtAll() throws BadFrameException {
        Command ping = Command.getDefaultInstance();
        assertEquals(List.of(ping), protobuf.decode(new byte[] {0}), "a pong is one byte");
        assertArrayEquals(new byte[] {0}, protobuf.encode(Reply.getDefaultInstance()), "so is a ping");
        assertThrows(BadFrameException.class, () -> protobuf.decode(new byte[0]));
        assertThrows(BadFrameException.class, () -> protobuf.decode(new byte[] {5, 8}));
        assertThrows(BadFrameException.class, () -> protobuf.decode(new byte[] {(byte) 0xff, (byte) 0xff, 1}));
        assertThrows(BadFrameException.class, () -> protobuf.decode(new byte[] {2, 8, 1, 9}));
    }

    @Test
    void whatClientsCompareWithIsAlwaysWritten() {
        assertEquals("{}", text(json.encode(Reply.getDefaultInstance())));
        assertEquals(
                "{\"id\":4,\"publish\":{}}",
                text(json.encode(Reply.newBuilder()
                        .setId(4)
                        .setPublish(PublishResult.getDefaultInstance())
                        .build())));
        assertEquals(
                "{\"history\":{\"publications\":[],\"epoch\":\"\",\"offset\":0}}",
                text(json.encode(Reply.newBuilder()
                        .setHistory(HistoryResult.getDefaultInstance())
                        .build())));
        assertEquals(
                "{\"presence_stats\":{\"num_clients\":0,\"num_users\":0}}",
                text(json.encode(Reply.newBuilder()
                        .setPresenceStats(PresenceStatsResult.getDefaultInstance())
                        .build())));
        Publication publication = Publication.newBuilder()
                .setData(ByteString.copyFromUtf8("{\n\"a\": 1}"))
                .setInfo(ClientInfo.getDefaultInstance())
                .setOffset(3)
                .putTags("k", "v")
                .build();
        assertEquals(
                "{\"push\":{\"channel\":\"c\",\"pub\":{\"data\":{\"a\": 1},\"info\":{\"user\":\"\",\"client\":\"\"},"
                        + "\"offset\":3,\"tags\":{\"k\":\"v\"}}}}",
                text(json.encode(Reply.newBuilder()
                        .setPush(Push.newBuilder().setChannel("c").setPub(publication))
                        .build())));
    }

    @Test
    void framesOfRepliesCanBeTakenApart() {
        assertEquals("{}\n{\"a\":1}", text(json.frame(List.of(utf8("{}"), utf8("{\"a\":1}")))));
        assertArrayEquals(new byte[] {0, 0}, protobuf.frame(List.of(new byte[] {0}, new byte[] {0})));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{}{}", "x", "\"", "1 2", "NaN"})
    void whatIsNotJsonCantBeSentToAClientThatSpeaksIt(String payload) {
        assertFalse(json.carries(utf8(payload)));
        assertTrue(protobuf.carries(utf8(payload)));
    }

    private byte[] framed(Command... commands) {
        List<byte[]> parts = new ArrayList<>();
        for (Command command : commands) {
            byte[] body = command.toByteArray();
            ByteString.Output out = ByteString.newOutput();
            try {
                var coded = CodedOutputStream.newInstance(out);
                coded.writeUInt32NoTag(body.length);
                coded.writeRawBytes(body);
                coded.flush();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            parts.add(out.toByteString().toByteArray());
        }
        return protobuf.frame(parts);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
