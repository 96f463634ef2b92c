package dev.skein.server.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.client.v1.Header;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.server.locate.NamespaceFacts;
import dev.skein.wire.SectionView;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BodyCheckTest {

    private static final NamespaceFacts FACTS = new NamespaceFacts("chat", 8, "us", 1_024, List.of());
    private static final ByteString NOT_UTF8 = ByteString.copyFrom(new byte[] {'a', (byte) 0xED, (byte) 0xA0, 0x10});

    @Test
    void takesEveryKindOfField() {
        MessageBody body = full();
        assertNull(wrong(body.toByteString()));
        assertNull(wrong(ByteString.EMPTY));
        assertNull(wrong(body.toByteString().concat(bytes(0x2A, 1, 'x')).concat(bytes(0x30, 7))));
    }

    @Test
    void refusesFieldsThatAreTooLongOrTooMany() {
        assertInvalid(
                ".message_id bytes: 65 (expected: at most 64)",
                MessageBody.newBuilder().setMessageId("x".repeat(65)));
        assertInvalid(
                ".headers.key bytes: 0 (expected: 1 to 128)",
                MessageBody.newBuilder().addHeaders(Header.getDefaultInstance()));
        assertInvalid(
                ".headers.key bytes: 129 (expected: 1 to 128)",
                MessageBody.newBuilder().addHeaders(Header.newBuilder().setKey("k".repeat(129))));
        MessageBody.Builder many = MessageBody.newBuilder();
        for (int i = 0; i < 33; i++) {
            many.addHeaders(Header.newBuilder().setKey("k" + i));
        }
        assertInvalid(".headers: 33 (expected: at most 32)", many);
        assertNull(wrong(many.removeHeaders(32).build().toByteString()));
    }

    @Test
    void refusesTextsThatAreNotUtf8() {
        assertInvalid(".message_id: 4 bytes (expected: UTF-8)", field(1, NOT_UTF8));
        assertInvalid(".headers.key: 4 bytes (expected: UTF-8)", field(2, field(1, NOT_UTF8)));
        assertNull(wrong(field(2, field(1, ByteString.copyFromUtf8("k")).concat(field(2, NOT_UTF8)))));
        assertNull(wrong(field(3, NOT_UTF8)));
    }

    @Test
    void refusesKnownFieldsOfAnotherType() {
        assertInvalid(" field 1: wire type 0 (expected: the type of its schema)", bytes(0x08, 1));
        assertInvalid(" field 4: wire type 2 (expected: the type of its schema)", bytes(0x22, 0));
        assertInvalid(
                ".headers field 2: wire type 5 (expected: the type of its schema)", field(2, bytes(0x15, 0, 0, 0, 0)));
    }

    @Test
    void refusesBytesThatAreNoMessage() {
        for (ByteString malformed : List.of(
                bytes(0x1A, 5, 'x'),
                bytes(0x20),
                bytes(0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01),
                bytes(0x02, 0),
                bytes(0x2C),
                bytes(0x2B, 0x2C),
                field(2, bytes(0x0A, 9, 'k')))) {
            Error error = wrong(malformed);
            assertNotNull(error, malformed::toString);
            assertEquals(Reason.REASON_INVALID_ARGUMENT, error.getReason());
            assertTrue(error.getText().startsWith("channels[0].messages[1]: malformed: "), error.getText());
            assertTrue(error.getText().endsWith(" (expected: a serialised MessageBody)"), error.getText());
        }
    }

    /** The reason for the walk: subscribers decode what it lets through. */
    @Test
    void letsNothingThroughThatTheParserRefuses() throws Exception {
        Random random = new Random(11);
        byte[] sound = full().toByteArray();
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] body = sound.clone();
            for (int j = random.nextInt(3); j >= 0; j--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            if (wrong(ByteString.copyFrom(body)) == null) {
                MessageBody.parseFrom(body);
            } else {
                refused++;
            }
        }
        assertTrue(refused > 5_000 && refused < 45_000, "refused " + refused);
    }

    private static MessageBody full() {
        return MessageBody.newBuilder()
                .setMessageId("id-\u00e9\u20ac")
                .addHeaders(Header.newBuilder().setKey("kind").setValue(NOT_UTF8))
                .addHeaders(Header.newBuilder().setKey("\u00fc"))
                .setPayload(ByteString.copyFromUtf8("payload"))
                .setTtlMs(1L << 40)
                .build();
    }

    private static void assertInvalid(String text, MessageBody.Builder body) {
        assertInvalid(text, body.build().toByteString());
    }

    private static void assertInvalid(String text, ByteString body) {
        Error error = wrong(body);
        assertNotNull(error);
        assertEquals("channels[0].messages[1]" + text, error.getText());
        assertEquals(Reason.REASON_INVALID_ARGUMENT, error.getReason());
    }

    /** The second message of a section has this body. */
    private static @Nullable Error wrong(ByteString body) {
        SectionChannel.Builder channel = SectionChannel.newBuilder()
                .setChannel("chat:room")
                .addMessages(full().toByteString())
                .addMessages(body);
        try {
            ByteString section =
                    PublishSection.newBuilder().addChannels(channel).build().toByteString();
            return new BodyCheck(SectionView.of(section), FACTS, false).wrong(0);
        } catch (InvalidProtocolBufferException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static ByteString field(int number, ByteString value) {
        return bytes(number << 3 | 2, value.size()).concat(value);
    }

    private static ByteString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }
}
