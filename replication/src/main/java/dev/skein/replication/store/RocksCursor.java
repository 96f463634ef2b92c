package dev.skein.replication.store;

import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A bounded RocksDB iterator. The bounds keep it from walking over another shard's tombstones. */
final class RocksCursor implements Cursor {

    private final UseGate gate;
    private final StoreFailures failures;
    private final boolean descending;
    private final Slice lower;
    private final Slice upper;
    private final ReadOptions reads;
    private final RocksIterator rows;
    private boolean started;
    private boolean closed;

    RocksCursor(Source source, Range range, @Nullable Snapshot snapshot, boolean descending) {
        source.gate().enter();
        this.gate = source.gate();
        this.failures = source.failures();
        this.descending = descending;
        lower = new Slice(range.from());
        upper = new Slice(range.to());
        reads = new ReadOptions().setIterateLowerBound(lower).setIterateUpperBound(upper);
        if (snapshot != null) {
            reads.setSnapshot(snapshot);
        }
        rows = source.db().newIterator(reads);
    }

    /** The open store. */
    record Source(RocksDB db, UseGate gate, StoreFailures failures) {}

    @Override
    public boolean next() {
        if (!started) {
            started = true;
            seek();
        } else if (descending) {
            rows.prev();
        } else {
            rows.next();
        }
        return rows.isValid() || endedWell();
    }

    @Override
    public byte[] key() {
        return RocksShardStore.unprefixed(rows.key());
    }

    @Override
    public byte[] value() {
        return rows.value();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rows.close();
            reads.close();
            upper.close();
            lower.close();
            gate.leave();
        }
    }

    private void seek() {
        if (descending) {
            rows.seekToLast();
        } else {
            rows.seekToFirst();
        }
    }

    /** An iterator also becomes invalid on an error, which must not look like the end. */
    private boolean endedWell() {
        try {
            rows.status();
            return false;
        } catch (RocksDBException e) {
            throw failures.of("scan failed", e);
        }
    }

    /**
     * Prefixed bounds.
     *
     * @param from first key, inclusive
     * @param to end, exclusive
     */
    record Range(byte[] from, byte[] to) {}
}
