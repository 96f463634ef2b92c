package dev.skein.replication;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import java.util.List;
import java.util.Optional;

/**
 * A replica's state at a glance.
 *
 * @param shard the shard
 * @param role what the replica is now
 * @param term current Raft term
 * @param leader the leader as known here
 * @param lastIndex last entry in the log
 * @param committedIndex last entry known committed
 * @param appliedIndex last entry applied
 * @param digest rolling digest of all effects up to {@code appliedIndex}
 * @param voters voters of the configuration in force
 * @param learners learners of the configuration in force
 * @param fenced why the replica stopped, if it did
 * @param queueBytes bytes waiting to be proposed
 */
public record ReplicaReport(
        ShardId shard,
        ReplicaRole role,
        long term,
        Optional<NodeId> leader,
        long lastIndex,
        long committedIndex,
        long appliedIndex,
        long digest,
        List<NodeId> voters,
        List<NodeId> learners,
        Optional<String> fenced,
        long queueBytes) {

    public ReplicaReport {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
    }
}
