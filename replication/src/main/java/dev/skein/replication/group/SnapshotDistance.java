package dev.skein.replication.group;

import java.util.concurrent.atomic.AtomicLong;

/** Says when enough has been applied since the last snapshot: it bounds what a restart replays. */
final class SnapshotDistance {

    private final long entriesMax;
    private final long bytesMax;
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    SnapshotDistance(long entriesMax, long bytesMax) {
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
    }

    /** An entry was applied. */
    void applied(int entryBytes) {
        entries.incrementAndGet();
        bytes.addAndGet(entryBytes);
    }

    /** True once per distance; starts the next one. */
    boolean takeIfDue() {
        if (entries.get() < entriesMax && bytes.get() < bytesMax) {
            return false;
        }
        entries.set(0);
        bytes.set(0);
        return true;
    }
}
