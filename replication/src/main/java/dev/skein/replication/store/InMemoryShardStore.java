package dev.skein.replication.store;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A shard's rows in memory, for tests. Views share the map, and the first write after a view was taken copies it: cheap for
 * thousands of rows, not meant for more.
 */
public final class InMemoryShardStore implements ShardStore {

    private TreeMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    private boolean shared;

    @Override
    public synchronized byte @Nullable [] get(byte[] key) {
        return rows.get(key);
    }

    @Override
    public Cursor ascending(byte[] from, byte[] to) {
        return view().ascending(from, to);
    }

    @Override
    public Cursor descending(byte[] from, byte[] to) {
        return view().descending(from, to);
    }

    @Override
    public synchronized void write(StoreChanges changes) {
        if (shared) {
            rows = new TreeMap<>(rows);
            shared = false;
        }
        changes.forEach((key, value) -> {
            if (value == null) {
                rows.remove(key);
            } else {
                rows.put(key, value);
            }
        });
    }

    @Override
    public synchronized void clear() {
        rows = new TreeMap<>(Arrays::compareUnsigned);
        shared = false;
    }

    @Override
    public synchronized StoreView view() {
        shared = true;
        return new MapView(rows);
    }

    private record MapView(NavigableMap<byte[], byte[]> rows) implements StoreView {

        @Override
        public byte @Nullable [] get(byte[] key) {
            return rows.get(key);
        }

        @Override
        public Cursor ascending(byte[] from, byte[] to) {
            return new MapCursor(range(from, to).entrySet().iterator());
        }

        @Override
        public Cursor descending(byte[] from, byte[] to) {
            return new MapCursor(range(from, to).descendingMap().entrySet().iterator());
        }

        @Override
        public void close() {}

        private NavigableMap<byte[], byte[]> range(byte[] from, byte[] to) {
            return Arrays.compareUnsigned(from, to) < 0
                    ? rows.subMap(from, true, to, false)
                    : new TreeMap<>(Arrays::compareUnsigned);
        }
    }

    private static final class MapCursor implements Cursor {

        private final Iterator<Map.Entry<byte[], byte[]>> rest;
        private Map.@Nullable Entry<byte[], byte[]> present;

        MapCursor(Iterator<Map.Entry<byte[], byte[]>> rest) {
            this.rest = rest;
        }

        @Override
        public boolean next() {
            present = rest.hasNext() ? rest.next() : null;
            return present != null;
        }

        @Override
        public byte[] key() {
            return present().getKey();
        }

        @Override
        public byte[] value() {
            return present().getValue();
        }

        @Override
        public void close() {}

        private Map.Entry<byte[], byte[]> present() {
            if (present == null) {
                throw new NoSuchElementException();
            }
            return present;
        }
    }
}
