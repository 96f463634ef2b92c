package dev.skein.replication.group;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when enough has been applied since the last snapshot: it bounds what a restart replays. A snapshot holds the whole state, so the
 * distance grows with it: writing snapshots never costs more than a fixed share of what is applied.
 */
final class SnapshotDistance {

    /** Bytes applied for each byte of a snapshot, at least. */
    private static final int BYTES_PER_SNAPSHOT_BYTE = 8;

    private final long entriesMax;
    private final long bytesMax;
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile long snapshotBytes;

    SnapshotDistance(long entriesMax, long bytesMax) {
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
    }

    /** An entry was applied. */
    void applied(int entryBytes) {
        entries.incrementAndGet();
        bytes.addAndGet(entryBytes);
    }

    /** A snapshot of this size was written. */
    void written(long sizeBytes) {
        snapshotBytes = sizeBytes;
    }

    /** True once per distance; starts the next one. */
    boolean takeIfDue() {
        double times = Math.max(1.0, (double) BYTES_PER_SNAPSHOT_BYTE * snapshotBytes / bytesMax);
        if (entries.get() < entriesMax * times && bytes.get() < bytesMax * times) {
            return false;
        }
        entries.set(0);
        bytes.set(0);
        return true;
    }
}
