package dev.skein.server.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.Header;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Section;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.server.locate.ShardMap;
import dev.skein.wire.ChannelHash;
import dev.skein.wire.SectionView;
import org.junit.jupiter.api.Test;

class PublishCheckTest {

    private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");
    private static final int SHARDS = 8;

    private final PublishCheck check = new PublishCheck(shards(SHARDS));

    @Test
    void letsTheBytesPassAsTheyCame() {
        SectionView section = view(section(body(10)).setProducer(PRODUCER).setFirstSequence(4));
        CheckedPublish passed = passed(section);
        assertEquals(new ShardId("chat", ChannelHash.shardOf("chat:room", SHARDS)), passed.shard());
        assertSame(section, passed.section());
        assertTrue(passed.repeatable());
        assertEquals(section.size(), passed.bytes());
    }

    @Test
    void takesSeveralChannelsOfOneShard() {
        String other = neighbourOf("chat:room");
        CheckedPublish passed = passed(section(body(1)).addChannels(channel(other, body(1), body(2))));
        assertEquals(3, passed.section().messages());
        assertEquals(other, passed.section().channel(1));
    }

    @Test
    void aMessageIdOnEveryMessageMakesAPublishRepeatable() {
        MessageBody named = body(1).toBuilder().setMessageId("a").build();
        assertTrue(passed(section(named)).repeatable());
        assertFalse(passed(section(named, body(1))).repeatable());
        assertFalse(passed(section(named).setEphemeral(true)).repeatable());
    }

    @Test
    void headersOfTheGatewaysAreRefusedToEverybodyElse() {
        MessageBody forged = body(1).toBuilder()
                .addHeaders(Header.newBuilder().setKey("skein-edge-info").setValue(ByteString.copyFromUtf8("x")))
                .build();
        SectionView section = view(section(forged));
        Error error = assertInstanceOf(PublishCheck.Refused.class, check.check(section, 0))
                .error();
        assertEquals(Reason.REASON_INVALID_ARGUMENT, error.getReason());
        assertTrue(error.getText().startsWith("channels[0].messages[0].headers.key: skein-edge-info"), error.getText());
        assertInstanceOf(PublishCheck.Passed.class, check.ofGateway().check(section, 0));
        MessageBody similar = body(1).toBuilder()
                .addHeaders(Header.newBuilder().setKey("skein-edge"))
                .build();
        passed(section(similar));
    }

    @Test
    void ofAnIdThatComesTwiceTheLastOneCounts() {
        ByteString named = MessageBody.newBuilder().setMessageId("a").build().toByteString();
        ByteString unnamed = ByteString.copyFrom(new byte[] {0x0A, 0});
        assertTrue(passed(raw(unnamed.concat(named))).repeatable());
        assertFalse(passed(raw(named.concat(unnamed))).repeatable());
    }

    @Test
    void writesTheNamespaceIntoChannelsThatNameNone() {
        Section.Builder section = Section.newBuilder()
                .addChannels(channel("room", body(1)))
                .addChannels(channel("default:room", body(2)))
                .setProducer(PRODUCER)
                .setFirstSequence(7);
        SectionView passed = passed(section).section();
        assertEquals("default:room", passed.channel(0));
        assertEquals("default:room", passed.channel(1));
        assertEquals(body(1).toByteString(), passed.message(0));
        assertEquals(body(2).toByteString(), passed.message(1));
        assertEquals(7, passed.firstSequence());
        assertEquals(PRODUCER, passed.producer());
    }

    @Test
    void namesTheUnknownNamespace() {
        Error error = refused(Section.newBuilder().addChannels(channel("nowhere:room", body(1))));
        assertEquals(Reason.REASON_UNKNOWN_NAMESPACE, error.getReason());
        assertEquals("namespace: nowhere (expected: the name of an existing namespace)", error.getText());
    }

    @Test
    void knowsThatANamespaceHasGoneOrHasOtherShards() {
        ShardMap map = shards(SHARDS);
        PublishCheck remembering = new PublishCheck(map);
        SectionView section = view(section(body(1)));
        assertInstanceOf(PublishCheck.Passed.class, remembering.check(section, 0));
        map.update(control(3));
        assertEquals(
                ChannelHash.shardOf("chat:room", 3),
                assertInstanceOf(PublishCheck.Passed.class, remembering.check(section, 0))
                        .publish()
                        .shard()
                        .number());
        map.update(ControlState.newBuilder().setVersion(3).build());
        Error error = assertInstanceOf(PublishCheck.Refused.class, remembering.check(section, 0))
                .error();
        assertEquals(Reason.REASON_UNKNOWN_NAMESPACE, error.getReason());
    }

    @Test
    void saysStartingBeforeAnythingIsKnown() {
        PublishCheck early = new PublishCheck(new ShardMap());
        PublishCheck.Verdict verdict = early.check(view(section(body(1))), 0);
        Error error = assertInstanceOf(PublishCheck.Refused.class, verdict).error();
        assertEquals(Reason.REASON_STARTING, error.getReason());
    }

    @Test
    void refusesABadChannelName() {
        assertRefused(
                Reason.REASON_INVALID_CHANNEL,
                "channels[1].channel: \"\" (expected: 1 to 256 bytes of UTF-8 without control characters)",
                section(body(1)).addChannels(channel("chat:", body(1))));
        assertRefused(
                Reason.REASON_INVALID_CHANNEL,
                "channels[0].namespace: \"Chat\" (expected: 1 to 64 lower-case letters, digits, '-' or '_', starting"
                        + " with a letter)",
                Section.newBuilder().addChannels(channel("Chat:a", body(1))));
    }

    @Test
    void refusesAChannelThatIsNotUtf8() {
        ByteString name = ByteString.copyFromUtf8("chat:").concat(ByteString.copyFrom(new byte[] {(byte) 0xC0, 0x20}));
        Error error = refused(rawChannel(field(1, name).concat(field(2, body(1).toByteString()))));
        assertEquals(Reason.REASON_INVALID_CHANNEL, error.getReason());
        assertTrue(error.getText().startsWith("channels[0].channel: \"chat:"), error.getText());
        assertTrue(error.getText().endsWith("(expected: UTF-8)"), error.getText());
    }

    @Test
    void takesAChannelThatReallyHasTheReplacementCharacter() {
        assertEquals(
                "chat:\uFFFD",
                passed(Section.newBuilder().addChannels(channel("chat:\uFFFD", body(1))))
                        .section()
                        .channel(0));
    }

    @Test
    void refusesAShortNameBehindBytesThatOnlyWeSkip() {
        ByteString hidden = field(1, ByteString.copyFrom(new byte[] {(byte) 0xFF}));
        ByteString part =
                hidden.concat(field(1, ByteString.copyFromUtf8("room"))).concat(field(2, body(1).toByteString()));
        assertEquals(Reason.REASON_INVALID_ARGUMENT, refused(rawChannel(part)).getReason());
    }

    @Test
    void refusesChannelsOfSeveralShards() {
        String stranger = strangerOf("chat:room");
        assertRefused(
                Reason.REASON_INVALID_ARGUMENT,
                "channels[1].channel: " + stranger + " of shard chat/" + ChannelHash.shardOf(stranger, SHARDS)
                        + " (expected: one of shard chat/" + ChannelHash.shardOf("chat:room", SHARDS)
                        + ", as channels[0])",
                section(body(1)).addChannels(channel(stranger, body(1))));
    }

    @Test
    void refusesChannelsOfSeveralNamespaces() {
        assertRefused(
                Reason.REASON_INVALID_ARGUMENT,
                "channels[1].channel: default:room (expected: one of namespace chat, as channels[0])",
                section(body(1)).addChannels(channel("room", body(1))));
    }

    @Test
    void refusesAConditionOverSeveralChannels() {
        String text = "channels: 2 (expected: 1 with expected_last_serial, atomic or ephemeral)";
        assertInvalid(text, twoParts().setAtomic(true));
        assertInvalid(text, twoParts().setEphemeral(true));
        assertInvalid(text, twoParts().setExpectedLastSerial(0));
        assertEquals(2, passed(twoParts()).section().parts());
    }

    @Test
    void refusesAMessageLargerThanTheNamespaceAllows() {
        String other = neighbourOf("chat:room");
        Error error = refused(section(body(1)).addChannels(channel(other, body(1), body(1_100))));
        assertEquals(Reason.REASON_MESSAGE_TOO_LARGE, error.getReason());
        assertEquals(
                "channels[1].messages[1] bytes: " + body(1_100).getSerializedSize()
                        + " (expected: at most 1024 in namespace chat)",
                error.getText());
    }

    @Test
    void refusesTooManyMessagesAndTooManyBytes() {
        ChannelMessages.Builder many = channel("chat:room");
        for (int i = 0; i < 1_001; i++) {
            many.addMessages(body(1));
        }
        assertRefused(
                Reason.REASON_BATCH_TOO_LARGE,
                "messages: 1001 (expected: at most 1000)",
                Section.newBuilder().addChannels(many));
        ChannelMessages.Builder large = channel("chat:room");
        for (int i = 0; i < 900; i++) {
            large.addMessages(body(1_000));
        }
        Error error = refused(Section.newBuilder().addChannels(large));
        assertEquals(Reason.REASON_BATCH_TOO_LARGE, error.getReason());
        assertTrue(error.getText().endsWith("(expected: at most 786432)"), error.getText());
    }

    @Test
    void refusesMalformedFieldsByName() {
        assertInvalid("channels: 0 (expected: at least 1)", Section.newBuilder());
        assertInvalid(
                "channels[1].messages: 0 (expected: at least 1)",
                section(body(1)).addChannels(channel("chat:room")));
        assertInvalid(
                "producer bytes: 3 (expected: 0 or 16)",
                section(body(1)).setProducer(ByteString.copyFromUtf8("abc")).setFirstSequence(1));
        assertInvalid(
                "first_sequence: 0 (expected: 1 or more with a producer)",
                section(body(1)).setProducer(PRODUCER));
        assertInvalid(
                "first_sequence: 9223372036854775807 (expected: 1 or more with a producer)",
                section(body(1)).setProducer(PRODUCER).setFirstSequence(Long.MAX_VALUE));
        assertInvalid(
                "first_sequence: 5 (expected: 0 without a producer)",
                section(body(1)).setFirstSequence(5));
    }

    @Test
    void cutsAnOverlongTimeout() {
        SectionView section = view(section(body(1)));
        assertEquals(60_000, passed(check.check(section, 1_000_000)).timeoutMillis());
        assertEquals(60_000, passed(check.check(section, -1)).timeoutMillis());
        assertEquals(300, passed(check.check(section, 300)).timeoutMillis());
        assertEquals(5_000, passed(section).timeoutMillis());
    }

    private static Section.Builder twoParts() {
        return section(body(1)).addChannels(channel("chat:room", body(1)));
    }

    private void assertInvalid(String text, Section.Builder section) {
        assertRefused(Reason.REASON_INVALID_ARGUMENT, text, section);
    }

    private void assertRefused(Reason reason, String text, Section.Builder section) {
        Error error = refused(section);
        assertEquals(text, error.getText());
        assertEquals(reason, error.getReason());
    }

    private Error refused(Section.Builder section) {
        return refused(view(section));
    }

    private Error refused(SectionView section) {
        return assertInstanceOf(PublishCheck.Refused.class, check.check(section, 0))
                .error();
    }

    private CheckedPublish passed(Section.Builder section) {
        return passed(view(section));
    }

    private CheckedPublish passed(SectionView section) {
        return passed(check.check(section, 0));
    }

    private static CheckedPublish passed(PublishCheck.Verdict verdict) {
        return assertInstanceOf(PublishCheck.Passed.class, verdict).publish();
    }

    private static Section.Builder section(MessageBody... bodies) {
        return Section.newBuilder().addChannels(channel("chat:room", bodies));
    }

    private static ChannelMessages.Builder channel(String name, MessageBody... bodies) {
        ChannelMessages.Builder channel = ChannelMessages.newBuilder().setChannel(name);
        for (MessageBody body : bodies) {
            channel.addMessages(body);
        }
        return channel;
    }

    private static MessageBody body(int bytes) {
        return MessageBody.newBuilder()
                .setPayload(ByteString.copyFrom(new byte[bytes]))
                .build();
    }

    /** Another channel of the same shard. */
    private static String neighbourOf(String channel) {
        return another(channel, true);
    }

    /** A channel of another shard. */
    private static String strangerOf(String channel) {
        return another(channel, false);
    }

    private static String another(String channel, boolean ofItsShard) {
        int shard = ChannelHash.shardOf(channel, SHARDS);
        int number = 0;
        while (ChannelHash.shardOf(channel + number, SHARDS) == shard != ofItsShard) {
            number++;
        }
        return channel + number;
    }

    private static SectionView view(Section.Builder section) {
        return view(section.build().toByteString());
    }

    private static SectionView view(ByteString bytes) {
        try {
            return SectionView.of(bytes);
        } catch (InvalidProtocolBufferException malformed) {
            throw new AssertionError(malformed);
        }
    }

    /** A section of one message, its body as given. */
    private static SectionView raw(ByteString body) {
        return rawChannel(field(1, ByteString.copyFromUtf8("chat:room")).concat(field(2, body)));
    }

    private static SectionView rawChannel(ByteString part) {
        return view(field(3, part));
    }

    private static ByteString field(int number, ByteString value) {
        byte[] head = {(byte) (number << 3 | 2), (byte) value.size()};
        return ByteString.copyFrom(head).concat(value);
    }

    private static ShardMap shards(int chatShards) {
        ShardMap map = new ShardMap();
        map.update(control(chatShards));
        return map;
    }

    private static ControlState control(int chatShards) {
        return ControlState.newBuilder()
                .setVersion(1)
                .addNamespaces(namespace("chat", chatShards))
                .addNamespaces(namespace("default", 1))
                .build();
    }

    private static Namespace.Builder namespace(String name, int shards) {
        return Namespace.newBuilder()
                .setSpec(NamespaceSpec.newBuilder()
                        .setName(name)
                        .setShards(shards)
                        .setMessageBytesMax(1_024));
    }
}
