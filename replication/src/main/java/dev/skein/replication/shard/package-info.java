/**
 * The deterministic state of a shard. {@link dev.skein.replication.shard.ShardMachine} is a replica's state machine: committed
 * entries go in, outcomes and new messages come out, and everything it decides follows from the entries alone, so that every
 * replica decides the same. Knows neither Raft nor RocksDB.
 *
 * <p>Threads: the shard's apply thread owns all mutable state (everything reachable from {@code ShardState}). Other threads read
 * only the store and the last published {@link dev.skein.replication.shard.AppliedPoint}.
 *
 * <p>Reading order: {@code SectionApplier} has the rules of a publish; {@code ProducerTable} and {@code MessageIdWindow} make it
 * idempotent; {@code Retention} takes messages away; {@code ChannelReader} reads them back out of the Raft log; {@code
 * SnapshotFile} is the state on its way to another replica. {@code Keys} lists the tables.
 */
@NullMarked
package dev.skein.replication.shard;

import org.jspecify.annotations.NullMarked;
