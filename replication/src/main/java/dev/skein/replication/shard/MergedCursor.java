package dev.skein.replication.shard;

import dev.skein.replication.store.Cursor;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Walks pending changes and stored rows together; a change hides the stored row of its key. Rows may be changed while it walks:
 * it goes on behind the last key it returned.
 */
final class MergedCursor implements Cursor {

    private final NavigableMap<byte[], byte[]> changes;
    private final byte[] from;
    private final byte[] to;
    private final Cursor stored;
    private final boolean descending;

    private boolean storedReady;
    private boolean storedLeft = true;
    private byte @Nullable [] passed;
    private byte @Nullable [] key;
    private byte @Nullable [] value;

    MergedCursor(NavigableMap<byte[], byte[]> changes, byte[] from, byte[] to, Cursor stored, boolean descending) {
        this.changes = changes;
        this.from = from;
        this.to = to;
        this.stored = stored;
        this.descending = descending;
    }

    @Override
    public boolean next() {
        while (true) {
            Map.Entry<byte[], byte[]> change = nextChange();
            advanceStored();
            if (change == null && !storedLeft) {
                return false;
            }
            int order = change == null ? 1 : storedLeft ? compare(change.getKey(), stored.key()) : -1;
            if (order <= 0) {
                storedReady &= order != 0;
                take(change.getKey(), change.getValue());
            } else {
                storedReady = false;
                take(stored.key(), stored.value());
            }
            if (value != PendingWrites.REMOVED) {
                return true;
            }
        }
    }

    @Override
    public byte[] key() {
        return present(key);
    }

    @Override
    public byte[] value() {
        return present(value);
    }

    @Override
    public void close() {
        stored.close();
    }

    private void take(byte[] takenKey, byte[] takenValue) {
        key = takenKey;
        value = takenValue;
        passed = takenKey;
    }

    private void advanceStored() {
        if (storedLeft && !storedReady) {
            storedLeft = stored.next();
            storedReady = storedLeft;
        }
    }

    private Map.@Nullable Entry<byte[], byte[]> nextChange() {
        Map.Entry<byte[], byte[]> next;
        if (descending) {
            next = changes.lowerEntry(passed == null ? to : passed);
            return next != null && Arrays.compareUnsigned(next.getKey(), from) >= 0 ? next : null;
        }
        next = passed == null ? changes.ceilingEntry(from) : changes.higherEntry(passed);
        return next != null && Arrays.compareUnsigned(next.getKey(), to) < 0 ? next : null;
    }

    private int compare(byte[] a, byte[] b) {
        int order = Arrays.compareUnsigned(a, b);
        return descending ? -order : order;
    }

    private static byte[] present(byte @Nullable [] part) {
        if (part == null) {
            throw new NoSuchElementException();
        }
        return part;
    }
}
