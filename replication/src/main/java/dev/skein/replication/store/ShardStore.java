package dev.skein.replication.store;

/**
 * One shard's rows. Writes come from one thread, the shard's apply thread; reads from any. Failures are {@link StoreException}:
 * the replica can't go on and is fenced.
 */
public interface ShardStore extends StoreReader {

    /** Writes all changes or none, seen by readers at once or not at all. */
    void write(StoreChanges changes);

    /** Removes every row, atomically. */
    void clear();

    /** The rows as they are now. */
    StoreView view();
}
