/**
 * A shard on this node, free of JRaft: {@link dev.skein.replication.group.HostedShard} joins a
 * {@link dev.skein.replication.group.ShardLog} (consensus) with a shard machine (state) and a
 * {@link dev.skein.replication.group.Proposer} (batching).
 *
 * <p>Threads: a {@link dev.skein.replication.group.GroupMachine} is called on its group's apply thread only; the proposer's state
 * is guarded by its own lock, held for microseconds. Start with {@link dev.skein.replication.group.ShardLog}.
 */
@NullMarked
package dev.skein.replication.group;

import org.jspecify.annotations.NullMarked;
