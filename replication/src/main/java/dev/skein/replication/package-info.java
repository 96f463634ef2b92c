/**
 * What the rest of a node sees of replication: {@link dev.skein.replication.Replication} is the node's part in all groups,
 * {@link dev.skein.replication.ShardReplica} one shard's copy here. No JRaft, RocksDB or gRPC-stub type appears in these
 * interfaces.
 *
 * <p>Inside: {@code raft} (everything that touches JRaft), {@code link} (the transport between nodes), {@code nodelog} (the
 * segmented log shared by all groups), {@code shard} (the deterministic state machine), {@code store} (RocksDB indexes and
 * state), {@code control} (the control group).
 */
@NullMarked
package dev.skein.replication;

import org.jspecify.annotations.NullMarked;
