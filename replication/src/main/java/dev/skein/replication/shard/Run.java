package dev.skein.replication.shard;

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

    /** Of the last slice's first message; 0 without slices. */
    long lastShardSerial() {
        return slices.isEmpty() ? 0 : slices.get(slices.size() - 1).shardSerial();
    }
}
