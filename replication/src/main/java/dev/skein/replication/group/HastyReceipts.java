package dev.skein.replication.group;

import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.wire.ReceiptRuns;
import dev.skein.wire.SectionView;
import java.util.List;

/** Receipts before commit: the deliberate defect {@code ack-before-commit}, which only tests switch on. */
final class HastyReceipts {

    private HastyReceipts() {}

    static List<ReceiptRun> guess(ShardMachine machine, SectionView section) {
        ReceiptRuns receipts = new ReceiptRuns(machine.epoch());
        for (int part = 0; part < section.parts(); part++) {
            ChannelExtent extent = machine.extent(section.channel(part));
            for (int i = section.first(part); i < section.first(part + 1); i++) {
                long serial = extent.lastSerial() + 1 + i - section.first(part);
                receipts.add(serial, 0, machine.logTimeMillis(), false);
            }
        }
        return receipts.build();
    }
}
