package dev.skein.replication.shard;

import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.StoreChanges;
import dev.skein.replication.store.StoreReader;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a batch has changed so far, over the store as it was before: apply reads its own writes. Bounded by the batch. Owned by
 * the apply thread.
 */
final class PendingWrites implements StoreReader, StoreChanges {

    /** Told apart by identity: an empty value is a value. */
    static final byte[] REMOVED = new byte[0];

    private final StoreReader store;
    private final TreeMap<byte[], byte[]> changes = new TreeMap<>(Arrays::compareUnsigned);

    PendingWrites(StoreReader store) {
        this.store = store;
    }

    void put(byte[] key, byte[] value) {
        changes.put(key, value);
    }

    void remove(byte[] key) {
        changes.put(key, REMOVED);
    }

    void clear() {
        changes.clear();
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        byte[] changed = changes.get(key);
        if (changed == null) {
            return store.get(key);
        }
        return changed == REMOVED ? null : changed;
    }

    @Override
    public Cursor ascending(byte[] from, byte[] to) {
        return new MergedCursor(changes, from, to, store.ascending(from, to), false);
    }

    @Override
    public Cursor descending(byte[] from, byte[] to) {
        return new MergedCursor(changes, from, to, store.descending(from, to), true);
    }

    @Override
    public void forEach(BiConsumer<byte[], byte @Nullable []> change) {
        changes.forEach((key, value) -> change.accept(key, value == REMOVED ? null : value));
    }
}
