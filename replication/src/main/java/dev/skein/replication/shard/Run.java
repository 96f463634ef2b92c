package dev.skein.replication.shard;

import java.util.ArrayList;
import java.util.List;

/**
 * A channel's messages of one entry. They have neighbouring serials and one time, and are read back from the entry.
 *
 * @param firstSerial serial of the first message
 * @param index Raft index of the entry
 * @param timeMillis log time of all of them
 * @param count messages
 * @param bytes of their bodies
 * @param slices where in the entry they are, in serial order
 */
record Run(long firstSerial, long index, long timeMillis, int count, long bytes, List<Slice> slices) {

    Run {
        slices = List.copyOf(slices);
    }

    long lastSerial() {
        return firstSerial + count - 1;
    }

    static Run read(long firstSerial, byte[] row) {
        RowReader reader = new RowReader(row);
        long index = reader.number();
        long time = reader.number();
        int count = reader.count();
        long bytes = reader.number();
        int size = reader.count(4);
        List<Slice> slices = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            slices.add(new Slice(reader.count(), reader.count(), reader.count(), reader.number()));
        }
        return new Run(firstSerial, index, time, count, bytes, slices);
    }

    byte[] row() {
        RowWriter row = new RowWriter()
                .number(index)
                .number(timeMillis)
                .number(count)
                .number(bytes)
                .number(slices.size());
        for (Slice slice : slices) {
            row.number(slice.section())
                    .number(slice.ordinal())
                    .number(slice.count())
                    .number(slice.shardSerial());
        }
        return row.done();
    }
}
