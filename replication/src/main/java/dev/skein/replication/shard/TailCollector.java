package dev.skein.replication.shard;

import java.util.ArrayList;
import java.util.List;

/** The batch's new messages, in order. They refer to the entries' bytes; nothing is copied yet. */
final class TailCollector {

    private List<TailSlice> slices = new ArrayList<>();

    void add(TailSlice slice) {
        slices.add(slice);
    }

    List<TailSlice> take() {
        List<TailSlice> taken = slices;
        slices = new ArrayList<>();
        return taken;
    }
}
