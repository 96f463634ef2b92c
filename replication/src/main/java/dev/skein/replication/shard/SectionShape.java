package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.core.ChannelName;
import dev.skein.core.Limits;
import dev.skein.proto.error.v1.Error;
import dev.skein.wire.SectionView;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a section must look like for apply to work on it. The leader has checked much more; this only keeps a leader's defect from
 * becoming a broken state, and decides the same on every replica.
 */
final class SectionShape {

    private static final int CHANNEL_BYTES_MAX = 64 + 1 + ChannelName.NAME_BYTES_MAX;

    private SectionShape() {}

    static Optional<Error> malformed(SectionView section) {
        for (int part = 0; part < section.parts(); part++) {
            if (!validChannel(section.channel(part))) {
                return Optional.of(Refusals.channel(section.channel(part)));
            }
            if (section.first(part) == section.first(part + 1)) {
                return Optional.of(Refusals.malformed("channels[" + part + "].messages", 0, "at least 1 message"));
            }
        }
        int count = section.messages();
        if (count == 0 || count > Limits.MESSAGES_PER_PUBLISH_MAX) {
            return Optional.of(
                    Refusals.malformed("messages", count, "1 to " + Limits.MESSAGES_PER_PUBLISH_MAX + " messages"));
        }
        boolean special = section.atomic() || section.ephemeral() || section.hasExpectedLastSerial();
        if (special && section.parts() > 1) {
            return Optional.of(Refusals.malformed("channels", section.parts(), "1 channel with this kind of publish"));
        }
        return malformedProducer(section);
    }

    /**
     * A mark of each message, made of its channel and its bytes: its identity towards a retry, and part of the digest. The same
     * bytes published another way, to be stored or not, have another mark.
     */
    static int[] marks(SectionView section) {
        int[] marks = new int[section.messages()];
        CRC32C crc = new CRC32C();
        for (int part = 0; part < section.parts(); part++) {
            crc.reset();
            crc.update(section.channel(part).getBytes(StandardCharsets.UTF_8));
            int channel = (int) crc.getValue() * 0x9E3779B1;
            int target = section.ephemeral() ? ~channel : channel;
            for (int i = section.first(part); i < section.first(part + 1); i++) {
                crc.reset();
                section.checksum(i, crc);
                marks[i] = target ^ (int) crc.getValue();
            }
        }
        return marks;
    }

    private static boolean validChannel(String channel) {
        return !channel.isEmpty()
                && channel.length() <= CHANNEL_BYTES_MAX
                && channel.indexOf('\0') < 0
                && (3 * channel.length() <= CHANNEL_BYTES_MAX
                        || channel.getBytes(StandardCharsets.UTF_8).length <= CHANNEL_BYTES_MAX);
    }

    private static Optional<Error> malformedProducer(SectionView section) {
        ByteString producer = section.producer();
        if (producer.isEmpty()) {
            return Optional.empty();
        }
        if (producer.size() != Keys.PRODUCER_BYTES) {
            return Optional.of(Refusals.malformed("producer", producer.size() + " bytes", "16 bytes or none"));
        }
        long first = section.firstSequence();
        if (first < 1 || first > Long.MAX_VALUE - Limits.MESSAGES_PER_PUBLISH_MAX) {
            return Optional.of(Refusals.malformed(
                    "first sequence", Long.toUnsignedString(first), "1 or more, and not at the end"));
        }
        return Optional.empty();
    }
}
