package dev.skein.server.publish;

import com.google.protobuf.ByteString;
import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.core.ShardId;
import dev.skein.proto.client.v1.Header;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.server.locate.NamespaceFacts;
import dev.skein.server.locate.ShardMap;
import dev.skein.wire.ChannelHash;
import dev.skein.wire.Errors;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Refuses publishes that can never be taken, with the field, its value and what was expected; turns the others into sections. */
public final class PublishCheck {

    /** How long a publish is tried when it doesn't say. */
    public static final long TIMEOUT_MILLIS_DEFAULT = 5_000;

    /** Longest time a publish may ask for; longer ones are cut to it. */
    public static final long TIMEOUT_MILLIS_MAX = 60_000;

    private static final int PRODUCER_BYTES = 16;

    private final ShardMap shards;

    public PublishCheck(ShardMap shards) {
        this.shards = shards;
    }

    /** Checks a publish. */
    public Verdict check(Publish publish) {
        ChannelName channel;
        try {
            channel = ChannelName.parse(publish.getChannel());
        } catch (IllegalArgumentException invalid) {
            return new Refused(Errors.of(Reason.REASON_INVALID_CHANNEL, invalid.getMessage()));
        }
        Optional<NamespaceFacts> facts = shards.namespace(channel.namespace());
        if (facts.isEmpty()) {
            return new Refused(unknownNamespace(shards, channel.namespace()));
        }
        Error wrong = firstWrong(publish, facts.get());
        return wrong == null ? new Passed(build(publish, channel, facts.get())) : new Refused(wrong);
    }

    /** The refusal for a namespace that isn't in the control state. */
    public static Error unknownNamespace(ShardMap shards, String namespace) {
        return shards.known()
                ? Errors.of(
                        Reason.REASON_UNKNOWN_NAMESPACE,
                        Checks.text("namespace", namespace, "the name of an existing namespace"))
                : Errors.of(Reason.REASON_STARTING, "the node has not heard of any namespace yet");
    }

    private static @Nullable Error firstWrong(Publish publish, NamespaceFacts facts) {
        int count = publish.getMessagesCount();
        if (count == 0) {
            return invalid("messages", count, "at least 1");
        }
        if (count > Limits.MESSAGES_PER_PUBLISH_MAX) {
            return tooLarge("messages", count, "at most " + Limits.MESSAGES_PER_PUBLISH_MAX);
        }
        Error wrong = wrongProducer(publish);
        for (int i = 0; i < count && wrong == null; i++) {
            wrong = wrongMessage(publish.getMessages(i), "messages[" + i + "]", facts);
        }
        long bytes = bytes(publish);
        return wrong == null && bytes > Limits.PUBLISH_BYTES_MAX
                ? tooLarge("publish bytes", bytes, "at most " + Limits.PUBLISH_BYTES_MAX)
                : wrong;
    }

    private static @Nullable Error wrongProducer(Publish publish) {
        int size = publish.getProducer().size();
        if (size != 0 && size != PRODUCER_BYTES) {
            return invalid("producer bytes", size, "0 or " + PRODUCER_BYTES);
        }
        long first = publish.getFirstSequence();
        if (size == 0 && first != 0) {
            return invalid("first_sequence", Long.toUnsignedString(first), "0 without a producer");
        }
        boolean countable = first >= 1 && first <= Long.MAX_VALUE - publish.getMessagesCount();
        return size != 0 && !countable
                ? invalid("first_sequence", Long.toUnsignedString(first), "1 or more with a producer")
                : null;
    }

    private static @Nullable Error wrongMessage(MessageBody message, String name, NamespaceFacts facts) {
        int size = message.getSerializedSize();
        if (size > facts.messageBytesMax()) {
            String expected = "at most " + facts.messageBytesMax() + " in namespace " + facts.name();
            return Errors.of(Reason.REASON_MESSAGE_TOO_LARGE, Checks.text(name + " bytes", size, expected));
        }
        int idBytes = message.getMessageIdBytes().size();
        if (idBytes > Limits.MESSAGE_ID_BYTES_MAX) {
            return invalid(name + ".message_id bytes", idBytes, "at most " + Limits.MESSAGE_ID_BYTES_MAX);
        }
        if (message.getHeadersCount() > Limits.HEADERS_MAX) {
            return invalid(name + ".headers", message.getHeadersCount(), "at most " + Limits.HEADERS_MAX);
        }
        for (Header header : message.getHeadersList()) {
            int keyBytes = header.getKeyBytes().size();
            if (keyBytes == 0 || keyBytes > Limits.HEADER_KEY_BYTES_MAX) {
                return invalid(name + ".headers.key bytes", keyBytes, "1 to " + Limits.HEADER_KEY_BYTES_MAX);
            }
        }
        return null;
    }

    private static CheckedPublish build(Publish publish, ChannelName channel, NamespaceFacts facts) {
        PublishSection.Builder section = PublishSection.newBuilder()
                .setChannel(channel.full())
                .setProducer(publish.getProducer())
                .setFirstSequence(publish.getFirstSequence())
                .setAtomic(publish.getAtomic())
                .setEphemeral(publish.getEphemeral());
        publish.getMessagesList().forEach(message -> section.addMessages(message.toByteString()));
        if (publish.hasExpectedLastSerial()) {
            section.setExpectedLastSerial(publish.getExpectedLastSerial());
        }
        ShardId shard = new ShardId(channel.namespace(), ChannelHash.shardOf(channel.full(), facts.shards()));
        long bytes =
                section.getMessagesList().stream().mapToLong(ByteString::size).sum();
        return new CheckedPublish(shard, section.build(), bytes, repeatable(publish), timeout(publish));
    }

    private static boolean repeatable(Publish publish) {
        boolean named = !publish.getEphemeral()
                && publish.getMessagesList().stream()
                        .noneMatch(message -> message.getMessageId().isEmpty());
        return !publish.getProducer().isEmpty() || named;
    }

    private static long timeout(Publish publish) {
        long asked = Integer.toUnsignedLong(publish.getTimeoutMs());
        return asked == 0 ? TIMEOUT_MILLIS_DEFAULT : Math.min(asked, TIMEOUT_MILLIS_MAX);
    }

    private static long bytes(Publish publish) {
        return publish.getMessagesList().stream()
                .mapToLong(MessageBody::getSerializedSize)
                .sum();
    }

    private static Error invalid(String name, Object value, String expected) {
        return Errors.of(Reason.REASON_INVALID_ARGUMENT, Checks.text(name, value, expected));
    }

    private static Error tooLarge(String name, Object value, String expected) {
        return Errors.of(Reason.REASON_BATCH_TOO_LARGE, Checks.text(name, value, expected));
    }

    /** What the check found. */
    public sealed interface Verdict {}

    /** It may be proposed. */
    public record Passed(CheckedPublish publish) implements Verdict {}

    /** It can't be taken. */
    public record Refused(Error error) implements Verdict {}
}
