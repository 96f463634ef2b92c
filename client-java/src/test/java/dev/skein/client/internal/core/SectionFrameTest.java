package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.skein.client.Header;
import dev.skein.client.OutgoingMessage;
import dev.skein.client.Payload;
import dev.skein.client.PublishOptions;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Section;
import dev.skein.wire.SectionView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written by hand must be, byte for byte, what the generated classes write. */
class SectionFrameTest {

    private static final ByteString PRODUCER = ByteString.copyFromUtf8("sixteen bytes...");

    private final Random random = new Random(11);
    private final Section.Builder expected = Section.newBuilder().setProducer(PRODUCER);
    private String lastChannel = "";

    @Test
    void isWhatTheGeneratedClassesWouldWrite() throws IOException {
        for (int round = 0; round < 300; round++) {
            long firstSequence = 1 + (random.nextLong() >>> (1 + random.nextInt(62)));
            begin(firstSequence);
            Attempt attempt = attempt(firstSequence, 1 + random.nextInt(20));
            attempt.requestId = 1 + (random.nextLong() >>> (1 + random.nextInt(62)));
            int timeout = 1 + random.nextInt(60_000);
            check(attempt, timeout);
            assertEquals(
                    SectionView.of(expected.build().toByteString()).messages(), attempt.messages(), "round " + round);
        }
    }

    @Test
    void carriesTheOptionsOfAPublishThatGoesAlone() throws IOException {
        begin(7);
        PublishOptions options =
                new PublishOptions(true, true, java.util.OptionalLong.of(0), java.util.Optional.empty());
        Attempt attempt = new Attempt(lane(), publish("room", List.of(message()), options, 7));
        attempt.requestId = 3;
        expected.setAtomic(true).setEphemeral(true).setExpectedLastSerial(0);
        check(attempt, 5_000);
    }

    private void begin(long firstSequence) {
        expected.clearChannels().setFirstSequence(firstSequence);
        lastChannel = "";
    }

    private void check(Attempt attempt, int timeout) throws IOException {
        SectionFrame frame = SectionFrame.of(attempt, timeout);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frame.writeTo(bytes);
        byte[] generated = ClientFrame.newBuilder()
                .setPublish(Publish.newBuilder()
                        .setRequestId(attempt.requestId)
                        .setSection(expected)
                        .setTimeoutMs(timeout))
                .build()
                .toByteArray();
        assertArrayEquals(generated, bytes.toByteArray());
        assertEquals(generated.length, frame.size());
    }

    private Attempt attempt(long firstSequence, int publishes) {
        Attempt attempt = new Attempt(lane(), somePublish(firstSequence));
        for (int i = 1; i < publishes; i++) {
            attempt.add(somePublish(firstSequence + attempt.messages()));
        }
        return attempt;
    }

    private PendingPublish somePublish(long sequence) {
        String channel = random.nextInt(3) == 0 ? "r\u00e9om" : "room" + "x".repeat(random.nextInt(2) * 200);
        List<OutgoingMessage> messages = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            messages.add(message());
        }
        return publish(channel, messages, PublishOptions.defaults(), sequence);
    }

    private PendingPublish publish(
            String channel, List<OutgoingMessage> messages, PublishOptions options, long sequence) {
        expect("default:" + channel, messages);
        EncodedMessages encoded =
                messages.size() == 1 ? EncodedMessages.of(messages.get(0)) : EncodedMessages.of(messages);
        PendingPublish publish = new PendingPublish(
                Channel.parse(channel), encoded, options, 0, new PublishResult.Several(messages.size()));
        publish.firstSequence = sequence;
        return publish;
    }

    private OutgoingMessage message() {
        byte[] payload = new byte[random.nextInt(5) == 0 ? 0 : random.nextInt(300)];
        random.nextBytes(payload);
        OutgoingMessage message = OutgoingMessage.of(payload);
        for (int i = random.nextInt(3); i > 0; i--) {
            message = message.withHeader(new Header("k\u00e9y" + i, Payload.of(new byte[random.nextInt(200)])));
        }
        if (random.nextBoolean()) {
            message = message.withMessageId("\u00efd" + random.nextInt());
        }
        return random.nextBoolean() ? message.withTimeToLive(Duration.ofMillis(1 + random.nextInt(1 << 20))) : message;
    }

    private void expect(String channel, List<OutgoingMessage> messages) {
        if (!channel.equals(lastChannel)) {
            expected.addChannels(ChannelMessages.newBuilder().setChannel(channel));
            lastChannel = channel;
        }
        ChannelMessages.Builder part = expected.getChannelsBuilder(expected.getChannelsCount() - 1);
        messages.forEach(message -> part.addMessages(body(message)));
    }

    private static MessageBody body(OutgoingMessage message) {
        MessageBody.Builder body = MessageBody.newBuilder()
                .setPayload(ByteString.copyFrom(message.payload().toByteArray()));
        message.messageId().ifPresent(body::setMessageId);
        message.timeToLive().map(Duration::toMillis).ifPresent(body::setTtlMs);
        for (Header header : message.headers()) {
            body.addHeaders(dev.skein.proto.client.v1.Header.newBuilder()
                    .setKey(header.key())
                    .setValue(ByteString.copyFrom(header.value().toByteArray())));
        }
        return body.build();
    }

    private PublishLane lane() {
        return new PublishLane(PRODUCER, () -> PRODUCER, random);
    }
}
