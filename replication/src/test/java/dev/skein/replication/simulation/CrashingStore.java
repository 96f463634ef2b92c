package dev.skein.replication.simulation;

import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.InMemoryShardStore;
import dev.skein.replication.store.ShardStore;
import dev.skein.replication.store.StoreChanges;
import dev.skein.replication.store.StoreView;
import org.jspecify.annotations.Nullable;

/** Rows in memory. A crash sets them back, all together, to what they were at the last flush. */
final class CrashingStore implements ShardStore {

    private static final byte[] FIRST = {};
    private static final byte[] LAST = {-1, -1, -1, -1};

    private final InMemoryShardStore rows = new InMemoryShardStore();
    private @Nullable StoreView flushed;

    void flush() {
        flushed = rows.view();
    }

    /** The store that the next life finds. */
    CrashingStore afterCrash() {
        CrashingStore found = new CrashingStore();
        StoreView kept = flushed;
        if (kept != null) {
            found.rows.write(changes -> {
                try (Cursor cursor = kept.ascending(FIRST, LAST)) {
                    while (cursor.next()) {
                        changes.accept(cursor.key(), cursor.value());
                    }
                }
            });
            found.flush();
        }
        return found;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return rows.get(key);
    }

    @Override
    public Cursor ascending(byte[] from, byte[] to) {
        return rows.ascending(from, to);
    }

    @Override
    public Cursor descending(byte[] from, byte[] to) {
        return rows.descending(from, to);
    }

    @Override
    public void write(StoreChanges changes) {
        rows.write(changes);
    }

    @Override
    public void clear() {
        rows.clear();
    }

    @Override
    public StoreView view() {
        return rows.view();
    }
}
