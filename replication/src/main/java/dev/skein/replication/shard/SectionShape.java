package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.core.ChannelName;
import dev.skein.core.Limits;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.replication.v1.PublishSection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a section must look like for apply to work on it. The leader has checked much more; this only keeps a leader's defect from
 * becoming a broken state, and decides the same on every replica.
 */
final class SectionShape {

    private static final int CHANNEL_BYTES_MAX = 64 + 1 + ChannelName.NAME_BYTES_MAX;

    private SectionShape() {}

    static Optional<Error> malformed(PublishSection section) {
        String channel = section.getChannel();
        if (channel.isEmpty()
                || channel.indexOf('\0') >= 0
                || channel.getBytes(StandardCharsets.UTF_8).length > CHANNEL_BYTES_MAX) {
            return Optional.of(Refusals.channel(channel));
        }
        int count = section.getMessagesCount();
        if (count == 0 || count > Limits.MESSAGES_PER_PUBLISH_MAX) {
            return Optional.of(
                    Refusals.malformed("messages", count, "1 to " + Limits.MESSAGES_PER_PUBLISH_MAX + " messages"));
        }
        return malformedProducer(section);
    }

    /** CRC32C of each message: its identity towards a retry, and part of the digest. */
    static int[] crcs(List<ByteString> messages) {
        int[] crcs = new int[messages.size()];
        for (int i = 0; i < crcs.length; i++) {
            crcs[i] = MessageFields.crc(messages.get(i));
        }
        return crcs;
    }

    private static Optional<Error> malformedProducer(PublishSection section) {
        ByteString producer = section.getProducer();
        if (producer.isEmpty()) {
            return Optional.empty();
        }
        if (producer.size() != Keys.PRODUCER_BYTES) {
            return Optional.of(Refusals.malformed("producer", producer.size() + " bytes", "16 bytes or none"));
        }
        long first = section.getFirstSequence();
        if (first < 1 || first > Long.MAX_VALUE - Limits.MESSAGES_PER_PUBLISH_MAX) {
            return Optional.of(Refusals.malformed(
                    "first sequence", Long.toUnsignedString(first), "1 or more, and not at the end"));
        }
        return Optional.empty();
    }
}
