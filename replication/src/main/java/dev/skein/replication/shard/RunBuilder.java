package dev.skein.replication.shard;

import java.util.ArrayList;
import java.util.List;

/** A channel's run of the entry being applied. */
final class RunBuilder {

    final ChannelHead head;
    private final long firstSerial;
    private final List<Slice> slices = new ArrayList<>();
    private int count;
    private long bytes;

    RunBuilder(ChannelHead head) {
        this.head = head;
        this.firstSerial = head.lastSerial + 1;
    }

    void add(MessagePlace place, long shardSerial) {
        count++;
        bytes += place.bytes();
        int last = slices.size() - 1;
        if (last >= 0 && continues(slices.get(last), place, shardSerial)) {
            Slice slice = slices.get(last);
            slices.set(last, new Slice(slice.section(), slice.ordinal(), slice.count() + 1, slice.shardSerial()));
        } else {
            slices.add(new Slice(place.section(), place.ordinal(), 1, shardSerial));
        }
    }

    Run build(long index, long timeMillis) {
        return new Run(firstSerial, index, timeMillis, count, bytes, slices);
    }

    private static boolean continues(Slice slice, MessagePlace place, long shardSerial) {
        return slice.section() == place.section()
                && slice.ordinal() + slice.count() == place.ordinal()
                && slice.shardSerial() + slice.count() == shardSerial;
    }
}
