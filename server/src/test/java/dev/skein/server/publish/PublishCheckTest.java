package dev.skein.server.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.client.v1.Header;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.server.locate.ShardMap;
import dev.skein.wire.ChannelHash;
import org.junit.jupiter.api.Test;

class PublishCheckTest {

    private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");

    private final ShardMap shards = shards();
    private final PublishCheck check = new PublishCheck(shards);

    @Test
    void buildsASectionFromThePublishersOwnBytes() {
        MessageBody body = body(10).toBuilder().setMessageId("id").build();
        CheckedPublish passed = passed(publish(body).setProducer(PRODUCER).setFirstSequence(4));
        assertEquals(new ShardId("chat", ChannelHash.shardOf("chat:room", 8)), passed.shard());
        assertEquals("chat:room", passed.section().getChannel());
        assertEquals(4, passed.section().getFirstSequence());
        assertEquals(body.toByteString(), passed.section().getMessages(0));
        assertTrue(passed.repeatable());
    }

    @Test
    void aMessageIdOnEveryMessageMakesAPublishRepeatable() {
        MessageBody named = body(1).toBuilder().setMessageId("a").build();
        assertTrue(passed(publish(named)).repeatable());
        assertEquals(false, passed(publish(named).addMessages(body(1))).repeatable());
        assertEquals(false, passed(publish(named).setEphemeral(true)).repeatable());
    }

    @Test
    void namesTheUnknownNamespace() {
        Error error = refused(publish(body(1)).setChannel("nowhere:room"));
        assertEquals(Reason.REASON_UNKNOWN_NAMESPACE, error.getReason());
        assertEquals("namespace: nowhere (expected: the name of an existing namespace)", error.getText());
    }

    @Test
    void saysStartingBeforeAnythingIsKnown() {
        PublishCheck early = new PublishCheck(new ShardMap());
        PublishCheck.Verdict verdict = early.check(publish(body(1)).build());
        Error error = assertInstanceOf(PublishCheck.Refused.class, verdict).error();
        assertEquals(Reason.REASON_STARTING, error.getReason());
    }

    @Test
    void refusesABadChannelName() {
        assertEquals(
                Reason.REASON_INVALID_CHANNEL,
                refused(publish(body(1)).setChannel("chat:")).getReason());
        assertEquals(
                Reason.REASON_INVALID_CHANNEL,
                refused(publish(body(1)).setChannel("Chat:a")).getReason());
    }

    @Test
    void refusesAMessageLargerThanTheNamespaceAllows() {
        Error error = refused(publish(body(1)).addMessages(body(1_100)));
        assertEquals(Reason.REASON_MESSAGE_TOO_LARGE, error.getReason());
        assertTrue(error.getText().startsWith("messages[1] bytes: 110"), error.getText());
        assertTrue(error.getText().endsWith("(expected: at most 1024 in namespace chat)"), error.getText());
    }

    @Test
    void refusesTooManyMessagesAndTooManyBytes() {
        Publish.Builder many = publish(body(1));
        for (int i = 0; i < 1_000; i++) {
            many.addMessages(body(1));
        }
        assertEquals(Reason.REASON_BATCH_TOO_LARGE, refused(many).getReason());
        Publish.Builder large = publish(body(1));
        for (int i = 0; i < 900; i++) {
            large.addMessages(body(1_000));
        }
        assertEquals(Reason.REASON_BATCH_TOO_LARGE, refused(large).getReason());
    }

    @Test
    void refusesMalformedFieldsByName() {
        assertRefused("messages: 0 (expected: at least 1)", Publish.newBuilder().setChannel("chat:room"));
        assertRefused(
                "producer bytes: 3 (expected: 0 or 16)",
                publish(body(1)).setProducer(ByteString.copyFromUtf8("abc")).setFirstSequence(1));
        assertRefused(
                "first_sequence: 0 (expected: 1 or more with a producer)",
                publish(body(1)).setProducer(PRODUCER));
        assertRefused(
                "first_sequence: 5 (expected: 0 without a producer)",
                publish(body(1)).setFirstSequence(5));
        assertRefused(
                "messages[0].message_id bytes: 65 (expected: at most 64)",
                publish(body(1).toBuilder().setMessageId("x".repeat(65)).build()));
        assertRefused(
                "messages[0].headers.key bytes: 0 (expected: 1 to 128)",
                publish(body(1).toBuilder()
                        .addHeaders(Header.getDefaultInstance())
                        .build()));
    }

    @Test
    void cutsAnOverlongTimeout() {
        assertEquals(60_000, passed(publish(body(1)).setTimeoutMs(1_000_000)).timeoutMillis());
        assertEquals(5_000, passed(publish(body(1))).timeoutMillis());
    }

    private void assertRefused(String text, Publish.Builder publish) {
        Error error = refused(publish);
        assertEquals(Reason.REASON_INVALID_ARGUMENT, error.getReason());
        assertEquals(text, error.getText());
    }

    private Error refused(Publish.Builder publish) {
        return assertInstanceOf(PublishCheck.Refused.class, check.check(publish.build()))
                .error();
    }

    private CheckedPublish passed(Publish.Builder publish) {
        return assertInstanceOf(PublishCheck.Passed.class, check.check(publish.build()))
                .publish();
    }

    private static Publish.Builder publish(MessageBody body) {
        return Publish.newBuilder().setChannel("chat:room").addMessages(body);
    }

    private static MessageBody body(int bytes) {
        return MessageBody.newBuilder()
                .setPayload(ByteString.copyFrom(new byte[bytes]))
                .build();
    }

    private static ShardMap shards() {
        ShardMap map = new ShardMap();
        NamespaceSpec spec = NamespaceSpec.newBuilder()
                .setName("chat")
                .setShards(8)
                .setMessageBytesMax(1_024)
                .build();
        map.update(ControlState.newBuilder()
                .setVersion(1)
                .addNamespaces(Namespace.newBuilder().setSpec(spec))
                .build());
        return map;
    }
}
