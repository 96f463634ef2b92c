package dev.skein.replication.shard;

import dev.skein.replication.store.ShardStore;
import org.jspecify.annotations.Nullable;

/** Writes a snapshot's rows into an empty store, a bounded amount at a time, the progress row last of all. */
final class SnapshotLoad implements SnapshotFile.SnapshotRows {

    private static final long CHUNK_BYTES = 1 << 20;

    private final ShardStore store;
    private final PendingWrites chunk;
    private long chunkBytes;
    private byte @Nullable [] progress;

    SnapshotLoad(ShardStore store) {
        this.store = store;
        this.chunk = new PendingWrites(store);
    }

    @Override
    public void row(byte[] key, byte[] value) {
        if (key[0] == Keys.META) {
            progress = value;
            return;
        }
        chunk.put(key, value);
        chunkBytes += key.length + value.length;
        if (chunkBytes >= CHUNK_BYTES) {
            writeChunk();
        }
    }

    void finish() {
        writeChunk();
        if (progress == null) {
            throw new StateBrokenException("snapshot without progress");
        }
        chunk.put(Keys.meta(), progress);
        writeChunk();
    }

    private void writeChunk() {
        store.write(chunk);
        chunk.clear();
        chunkBytes = 0;
    }
}
