package dev.skein.replication.shard;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A channel's counters, and the newest part of its index. Owned by the apply thread; readers make their own from the row. */
final class ChannelHead {

    final String channel;

    /** The channel's name in rows. */
    final byte[] name;

    /** 0 before the first message; never goes back. */
    long lastSerial;
    /** First retained serial, {@code lastSerial + 1} when nothing is retained. */
    long firstSerial = 1;
    /** Bytes of the retained bodies. */
    long bytes;
    /** Log time of the newest message that retention took; 0 when it took none. */
    long trimmedTime;
    /** Where the first block with retained runs starts, which may be {@link #open}. */
    long firstBlock = 1;
    /** The block that still grows. */
    RunBlock open = new RunBlock(1);

    /** The oldest runs, once looked up: not part of the row. */
    final Deque<Run> oldest = new ArrayDeque<>(0);

    ChannelHead(String channel) {
        this.channel = channel;
        this.name = channel.getBytes(StandardCharsets.UTF_8);
    }

    static ChannelHead read(String channel, byte @Nullable [] row) {
        ChannelHead head = new ChannelHead(channel);
        if (row != null) {
            RowReader reader = new RowReader(row);
            head.lastSerial = reader.number();
            head.firstSerial = reader.number();
            head.bytes = reader.number();
            head.trimmedTime = reader.number();
            head.firstBlock = reader.number();
            head.open = RunBlock.read(reader.number(), reader.bytes().toByteArray());
        }
        return head;
    }

    byte[] row() {
        return open.append(new RowWriter()
                        .number(lastSerial)
                        .number(firstSerial)
                        .number(bytes)
                        .number(trimmedTime)
                        .number(firstBlock)
                        .number(open.firstSerial()))
                .done();
    }

    boolean isEmpty() {
        return firstSerial > lastSerial;
    }
}
