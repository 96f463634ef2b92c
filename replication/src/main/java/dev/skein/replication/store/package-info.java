/**
 * Where a replica keeps its state: an ordered map of bytes per shard behind {@link dev.skein.replication.store.ShardStore}, in
 * RocksDB ({@link dev.skein.replication.store.RocksStore}, one per node, the only place with RocksDB types) or in memory
 * ({@link dev.skein.replication.store.InMemoryShardStore}, the twin for tests).
 *
 * <p>The store is a cache of the Raft log: it is written without a write-ahead log, so that after a crash it holds some earlier
 * whole state, and Raft replays the rest. All tables live in one column family, told apart by key prefix (shard, then table):
 * one memtable for everything keeps a node small, and a flush is atomic without further care.
 *
 * <p>Threads: one writer per shard, the shard's apply thread; readers anywhere. Start with {@code ShardStore}.
 */
@NullMarked
package dev.skein.replication.store;

import org.jspecify.annotations.NullMarked;
