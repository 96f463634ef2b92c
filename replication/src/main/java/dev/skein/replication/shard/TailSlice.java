package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.wire.SectionView;

/**
 * Neighbouring messages of a section and their places.
 *
 * @param channel full name
 * @param section holds them
 * @param ordinal of the first message in the section
 * @param count messages
 * @param serial of the first; for ephemeral messages the serial they came after
 * @param shardSerial of the first; 0 for ephemeral messages
 * @param timeMillis log time
 */
record TailSlice(
        String channel, SectionView section, int ordinal, int count, long serial, long shardSerial, long timeMillis) {

    /** One of them. */
    PlacedMessage at(int offset) {
        ByteString producer = section.producer();
        int step = section.ephemeral() ? 0 : offset;
        return new PlacedMessage(
                serial + step,
                shardSerial + step,
                timeMillis,
                section.ephemeral(),
                producer,
                producer.isEmpty() ? 0 : section.firstSequence() + ordinal + offset,
                section.message(ordinal + offset));
    }
}
