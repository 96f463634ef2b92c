package dev.skein.replication.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;

/** One shard's rows in the node's RocksDB: every key is prefixed by the shard's number. */
final class RocksShardStore implements ShardStore {

    private final RocksDB db;
    private final RocksOptions options;
    private final UseGate gate;
    private final StoreFailures failures;
    private final RocksCursor.Source source;
    private final int number;
    private final BatchBytes rows;

    RocksShardStore(RocksCursor.Source source, RocksOptions options, int number) {
        this.source = source;
        this.db = source.db();
        this.options = options;
        this.gate = source.gate();
        this.failures = source.failures();
        this.number = number;
        this.rows = new BatchBytes(RocksStore.prefix(number));
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        gate.enter();
        try {
            return get(options.reads, key);
        } finally {
            gate.leave();
        }
    }

    @Override
    public Cursor ascending(byte[] from, byte[] to) {
        return new RocksCursor(source, new RocksCursor.Range(prefixed(from), prefixed(to)), null, false);
    }

    @Override
    public Cursor descending(byte[] from, byte[] to) {
        return new RocksCursor(source, new RocksCursor.Range(prefixed(from), prefixed(to)), null, true);
    }

    @Override
    public void write(StoreChanges changes) {
        rows.begin();
        changes.forEach(rows::add);
        gate.enter();
        try (WriteBatch batch = new WriteBatch(rows.done())) {
            db.write(options.writes, batch);
        } catch (RocksDBException e) {
            throw failures.of("write failed", e);
        } finally {
            gate.leave();
        }
    }

    @Override
    public void clear() {
        gate.enter();
        try (WriteBatch batch = new WriteBatch()) {
            batch.deleteRange(RocksStore.prefix(number), RocksStore.prefix(number + 1));
            db.write(options.writes, batch);
        } catch (RocksDBException e) {
            throw failures.of("clear failed", e);
        } finally {
            gate.leave();
        }
    }

    @Override
    public StoreView view() {
        gate.enter();
        return new RocksView(db.getSnapshot());
    }

    private byte @Nullable [] get(ReadOptions reads, byte[] key) {
        try {
            return db.get(reads, prefixed(key));
        } catch (RocksDBException e) {
            throw failures.of("read failed", e);
        }
    }

    private byte[] prefixed(byte[] key) {
        return ByteBuffer.allocate(Integer.BYTES + key.length)
                .putInt(number)
                .put(key)
                .array();
    }

    /** Stays inside the gate until it is closed. */
    private final class RocksView implements StoreView {

        private final Snapshot snapshot;
        private final ReadOptions reads;
        private boolean closed;

        RocksView(Snapshot snapshot) {
            this.snapshot = snapshot;
            this.reads = new ReadOptions().setSnapshot(snapshot);
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            return RocksShardStore.this.get(reads, key);
        }

        @Override
        public Cursor ascending(byte[] from, byte[] to) {
            return new RocksCursor(source, new RocksCursor.Range(prefixed(from), prefixed(to)), snapshot, false);
        }

        @Override
        public Cursor descending(byte[] from, byte[] to) {
            return new RocksCursor(source, new RocksCursor.Range(prefixed(from), prefixed(to)), snapshot, true);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                reads.close();
                db.releaseSnapshot(snapshot);
                gate.leave();
            }
        }
    }

    static byte[] unprefixed(byte[] key) {
        return Arrays.copyOfRange(key, Integer.BYTES, key.length);
    }
}
