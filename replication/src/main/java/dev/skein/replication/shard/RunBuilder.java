package dev.skein.replication.shard;

import java.util.ArrayList;
import java.util.List;

/** A channel's run of the entry being applied. */
final class RunBuilder {

    final ChannelHead head;
    private final long firstSerial;
    private final List<Slice> slices = new ArrayList<>(1);
    private int count;
    private long bytes;

    // The slice that may still grow.
    private int section;
    private int ordinal;
    private int length;
    private long shardSerial;

    RunBuilder(ChannelHead head) {
        this.head = head;
        this.firstSerial = head.lastSerial + 1;
    }

    void add(int ofSection, int ofOrdinal, int messageBytes, long ofShardSerial) {
        count++;
        bytes += messageBytes;
        boolean continues =
                ofSection == section && ofOrdinal == ordinal + length && ofShardSerial == shardSerial + length;
        if (length == 0 || !continues) {
            endSlice();
            section = ofSection;
            ordinal = ofOrdinal;
            shardSerial = ofShardSerial;
        }
        length++;
    }

    Run build(long index, long timeMillis) {
        endSlice();
        return new Run(firstSerial, index, timeMillis, count, bytes, slices);
    }

    private void endSlice() {
        if (length > 0) {
            slices.add(new Slice(section, ordinal, length, shardSerial));
            length = 0;
        }
    }
}
