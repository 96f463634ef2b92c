package dev.skein.replication.shard;

import dev.skein.proto.client.v1.Receipt;

/** Makes receipts. */
final class Receipts {

    private Receipts() {}

    static Receipt of(long epoch, long serial, long shardSerial, long timeMillis, boolean duplicate) {
        return Receipt.newBuilder()
                .setEpoch(epoch)
                .setSerial(serial)
                .setShardSerial(shardSerial)
                .setTimeMs(timeMillis)
                .setDuplicate(duplicate)
                .build();
    }
}
