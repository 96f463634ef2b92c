package dev.skein.replication.shard;

import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.StoreChanges;
import dev.skein.replication.store.StoreReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a batch has changed so far, over the store as it was before: apply reads its own writes. Bounded by the batch. Owned by
 * the apply thread.
 *
 * <p>Rows that are only added and seldom looked at before the batch is written wait in a list: sorting them in would cost more than making
 * them.
 */
final class PendingWrites implements StoreReader, StoreChanges {

    /** Told apart by identity: an empty value is a value. */
    static final byte[] REMOVED = new byte[0];

    private final StoreReader store;
    private final TreeMap<byte[], byte[]> changes = new TreeMap<>(Arrays::compareUnsigned);

    // New rows that aren't among the changes yet, keys and values in turn.
    private final List<byte[]> appended = new ArrayList<>();

    PendingWrites(StoreReader store) {
        this.store = store;
    }

    /** A new row of {@link Keys#RUNS} or {@link Keys#ENTRIES}: nothing else uses its key. */
    void append(byte[] key, byte[] value) {
        appended.add(key);
        appended.add(value);
    }

    void put(byte[] key, byte[] value) {
        changes.put(key, value);
    }

    void remove(byte[] key) {
        sortIn(key);
        changes.put(key, REMOVED);
    }

    void clear() {
        changes.clear();
        appended.clear();
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        sortIn(key);
        byte[] changed = changes.get(key);
        if (changed == null) {
            return store.get(key);
        }
        return changed == REMOVED ? null : changed;
    }

    @Override
    public Cursor ascending(byte[] from, byte[] to) {
        sortIn(from);
        return new MergedCursor(changes, from, to, store.ascending(from, to), false);
    }

    @Override
    public Cursor descending(byte[] from, byte[] to) {
        sortIn(from);
        return new MergedCursor(changes, from, to, store.descending(from, to), true);
    }

    @Override
    public void forEach(BiConsumer<byte[], byte @Nullable []> change) {
        for (int i = 0; i < appended.size(); i += 2) {
            change.accept(appended.get(i), appended.get(i + 1));
        }
        changes.forEach((key, value) -> change.accept(key, value == REMOVED ? null : value));
    }

    /** Before a row of their tables is looked at. */
    private void sortIn(byte[] key) {
        if (!appended.isEmpty() && (key[0] == Keys.RUNS || key[0] == Keys.ENTRIES)) {
            for (int i = 0; i < appended.size(); i += 2) {
                changes.put(appended.get(i), appended.get(i + 1));
            }
            appended.clear();
        }
    }
}
