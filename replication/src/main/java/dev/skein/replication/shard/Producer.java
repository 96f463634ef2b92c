package dev.skein.replication.shard;

import org.jspecify.annotations.Nullable;

/** What is known of a producer besides its remembered sections. Owned by the apply thread. */
final class Producer {

    /** Last sequence taken; the next one must be one more. */
    long last;
    /** Log time of the last section taken. */
    long lastTime;
    /** No remembered section starts below this sequence. */
    long rememberedFrom = 1;
    /** Time in the key of the producer's one row in {@link Keys#PRODUCER_CHECKS}. */
    long checkTime;

    static @Nullable Producer read(byte @Nullable [] row) {
        if (row == null) {
            return null;
        }
        RowReader reader = new RowReader(row);
        Producer producer = new Producer();
        producer.last = reader.number();
        producer.lastTime = reader.number();
        producer.rememberedFrom = reader.number();
        producer.checkTime = reader.number();
        return producer;
    }

    byte[] row() {
        return new RowWriter()
                .number(last)
                .number(lastTime)
                .number(rememberedFrom)
                .number(checkTime)
                .done();
    }
}
