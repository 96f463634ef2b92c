package dev.skein.replication.shard;

import org.jspecify.annotations.Nullable;

/** A channel's counters. Owned by the apply thread; readers make their own from the row. */
final class ChannelHead {

    final String channel;

    /** 0 before the first message; never goes back. */
    long lastSerial;
    /** First retained serial, {@code lastSerial + 1} when nothing is retained. */
    long firstSerial = 1;
    /** Bytes of the retained bodies. */
    long bytes;
    /** Log time of the newest message that retention took; 0 when it took none. */
    long trimmedTime;

    /** The oldest run, once looked up: not part of the row. */
    @Nullable
    Run oldest;

    ChannelHead(String channel) {
        this.channel = channel;
    }

    static ChannelHead read(String channel, byte @Nullable [] row) {
        ChannelHead head = new ChannelHead(channel);
        if (row != null) {
            RowReader reader = new RowReader(row);
            head.lastSerial = reader.number();
            head.firstSerial = reader.number();
            head.bytes = reader.number();
            head.trimmedTime = reader.number();
        }
        return head;
    }

    byte[] row() {
        return new RowWriter()
                .number(lastSerial)
                .number(firstSerial)
                .number(bytes)
                .number(trimmedTime)
                .done();
    }
}
