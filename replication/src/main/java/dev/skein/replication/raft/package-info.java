/**
 * Everything that touches JRaft: {@link dev.skein.replication.raft.JRaftShardLog} is a {@code ShardLog} over one JRaft node,
 * {@code NodeLogStorage} its log storage on the shared node log, {@code SyncedRaftMetaStorage} its term and vote.
 *
 * <p>JRaft's own threads call in here: closures catch everything and only enqueue; the state machine adapter runs on the group's
 * FSM thread.
 */
@NullMarked
package dev.skein.replication.raft;

import org.jspecify.annotations.NullMarked;
