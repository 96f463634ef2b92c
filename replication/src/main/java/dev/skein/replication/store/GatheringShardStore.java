package dev.skein.replication.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a shard's writes in memory and gives them to the store below together: when there are many, or when somebody wants to look at
 * more than single rows. A row that changes with every write, as a channel's head does, is then stored once. What a crash
 * takes is replayed from the Raft log, as everything is that the store below hasn't flushed.
 *
 * <p>Thread-safe; a reader may find itself writing what the apply thread has gathered.
 */
final class GatheringShardStore implements ShardStore {

    /** Rows gathered at most: some hundred KiB of memory. Reached: they are written. */
    private static final int ROWS_MAX = 4_096;

    /** Their bytes at most. */
    private static final long BYTES_MAX = 1 << 20;

    /** Stands for a row that is to be removed. */
    private static final byte[] REMOVED = new byte[0];

    private final ShardStore store;

    // Guarded by `this`.
    private final Map<Key, byte[]> rows = new HashMap<>();
    private long bytes;

    GatheringShardStore(ShardStore store) {
        this.store = store;
    }

    @Override
    public synchronized void write(StoreChanges changes) {
        changes.forEach((key, value) -> {
            byte[] gathered = value == null ? REMOVED : value;
            byte[] before = rows.put(new Key(key), gathered);
            bytes += gathered.length + (before == null ? key.length : -before.length);
        });
        if (rows.size() >= ROWS_MAX || bytes >= BYTES_MAX) {
            flush();
        }
    }

    /** Gives what was gathered to the store below. */
    synchronized void flush() {
        if (!rows.isEmpty()) {
            store.write(
                    change -> rows.forEach((key, value) -> change.accept(key.bytes, value == REMOVED ? null : value)));
            forget();
        }
    }

    @Override
    public synchronized byte @Nullable [] get(byte[] key) {
        byte[] gathered = rows.get(new Key(key));
        if (gathered == null) {
            return store.get(key);
        }
        return gathered == REMOVED ? null : gathered;
    }

    @Override
    public Cursor ascending(byte[] from, byte[] to) {
        flush();
        return store.ascending(from, to);
    }

    @Override
    public Cursor descending(byte[] from, byte[] to) {
        flush();
        return store.descending(from, to);
    }

    @Override
    public synchronized void clear() {
        forget();
        store.clear();
    }

    @Override
    public synchronized StoreView view() {
        flush();
        return store.view();
    }

    private void forget() {
        rows.clear();
        bytes = 0;
    }

    /** A row's key, compared by its bytes. */
    private static final class Key {

        private final byte[] bytes;
        private final int hash;

        Key(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
