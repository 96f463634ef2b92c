package dev.skein.replication.group;

import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.shard.ShardMachine;
import java.util.List;
import java.util.stream.LongStream;

/** Receipts before commit: the deliberate defect {@code ack-before-commit}, which only tests switch on. */
final class HastyReceipts {

    private HastyReceipts() {}

    static List<Receipt> guess(ShardMachine machine, PublishSection section) {
        ChannelExtent extent = machine.extent(section.getChannel());
        long first = extent.lastSerial() + 1;
        return LongStream.range(first, first + section.getMessagesCount())
                .mapToObj(serial -> Receipt.newBuilder()
                        .setEpoch(extent.epoch())
                        .setSerial(serial)
                        .setTimeMs(machine.logTimeMillis())
                        .build())
                .toList();
    }
}
