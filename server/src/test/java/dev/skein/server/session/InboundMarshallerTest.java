package dev.skein.server.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Ping;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Section;
import dev.skein.server.session.Inbound.Framed;
import dev.skein.server.session.Inbound.Malformed;
import dev.skein.server.session.Inbound.Publishing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InboundMarshallerTest {

    private static final ClientFrame PUBLISH = publish(section("default:room")).build();

    @Test
    void readsAPublishInPlace() {
        Publishing publishing = publishing(PUBLISH.toByteArray());
        assertEquals(300, publishing.requestId());
        assertEquals(2_000, publishing.timeoutMs());
        assertEquals(
                section("default:room").toByteString(), publishing.section().bytes());
        assertEquals("default:room", publishing.section().channel(0));
    }

    @Test
    void readsOtherFramesAsTheyAre() {
        ClientFrame ping =
                ClientFrame.newBuilder().setPing(Ping.newBuilder().setNonce(5)).build();
        assertEquals(new Framed(ping), InboundMarshaller.parse(ping.toByteArray()));
        assertEquals(new Framed(ClientFrame.getDefaultInstance()), InboundMarshaller.parse(new byte[0]));
    }

    @Test
    void readsAStreamOfUnknownLength() {
        InputStream stream = new ByteArrayInputStream(PUBLISH.toByteArray());
        assertInstanceOf(Publishing.class, InboundMarshaller.INSTANCE.parse(stream));
    }

    @Test
    void ofTwoFramesInOneTheLastCounts() {
        ByteString ping = ClientFrame.newBuilder()
                .setPing(Ping.getDefaultInstance())
                .build()
                .toByteString();
        Inbound last =
                InboundMarshaller.parse(PUBLISH.toByteString().concat(ping).toByteArray());
        assertTrue(assertInstanceOf(Framed.class, last).frame().hasPing());
        assertEquals(
                300,
                publishing(ping.concat(PUBLISH.toByteString()).toByteArray()).requestId());
    }

    @Test
    void aPublishWrittenInPiecesMeansWhatItMeansToTheParser() {
        ByteString pieces = PUBLISH.toByteString()
                .concat(publish(section("default:hall")).build().toByteString());
        Publishing publishing = publishing(pieces.toByteArray());
        assertEquals(2, publishing.section().parts());
        assertEquals(
                0,
                publishing(ClientFrame.newBuilder()
                                .setPublish(Publish.getDefaultInstance())
                                .build()
                                .toByteArray())
                        .section()
                        .parts());
    }

    @Test
    void saysWhereMalformedBytesStoppedMakingSense() {
        byte[] cut = PUBLISH.toByteString().substring(0, 20).toByteArray();
        assertTrue(assertInstanceOf(Malformed.class, InboundMarshaller.parse(cut))
                .text()
                .startsWith("malformed: a length at byte "));
        assertInstanceOf(Malformed.class, InboundMarshaller.parse(new byte[] {0x32, 9, 1}));
    }

    /** Whatever the parser takes must mean the same here, except that bodies aren't looked at yet. */
    @Test
    void agreesWithTheParserOnDamagedFrames() throws Exception {
        Random random = new Random(3);
        byte[] sound = PUBLISH.toByteArray();
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = sound.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            if (InboundMarshaller.parse(damaged) instanceof Publishing publishing && isParsed(damaged)) {
                read++;
                Publish expected = ClientFrame.parseFrom(damaged).getPublish();
                assertEquals(expected.getRequestId(), publishing.requestId());
                assertEquals(expected.getTimeoutMs(), publishing.timeoutMs());
                assertEquals(
                        expected.getSection(),
                        Section.parseFrom(publishing.section().bytes()));
            }
        }
        assertTrue(read > 1_000, "read " + read);
    }

    private static boolean isParsed(byte[] bytes) {
        try {
            ClientFrame.parseFrom(bytes);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static Publishing publishing(byte[] bytes) {
        return assertInstanceOf(Publishing.class, InboundMarshaller.parse(bytes));
    }

    private static ClientFrame.Builder publish(Section section) {
        return ClientFrame.newBuilder()
                .setPublish(Publish.newBuilder()
                        .setRequestId(300)
                        .setSection(section)
                        .setTimeoutMs(2_000));
    }

    private static Section section(String channel) {
        return Section.newBuilder()
                .setProducer(ByteString.copyFromUtf8("0123456789abcdef"))
                .setFirstSequence(1)
                .addChannels(ChannelMessages.newBuilder()
                        .setChannel(channel)
                        .addMessages(MessageBody.newBuilder().setPayload(ByteString.copyFromUtf8("m1")))
                        .addMessages(MessageBody.newBuilder().setPayload(ByteString.copyFromUtf8("m2"))))
                .build();
    }
}
