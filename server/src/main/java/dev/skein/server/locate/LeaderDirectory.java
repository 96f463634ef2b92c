package dev.skein.server.locate;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.replication.ReplicaRole;
import dev.skein.replication.Replication;
import dev.skein.replication.ShardReplica;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Which node to send a shard's publishes to. Three sources, best first: the local replica (Raft's own word), the newest hint of a
 * node that refused, gossip. When none says anything the shard's replicas are asked in turn; those that don't lead name the
 * leader. Being wrong costs one refused forward, never correctness: only a leader proposes.
 */
public final class LeaderDirectory {

    /** How long a hint counts: longer than an election, so that gossip has caught up by then. */
    private static final long HINT_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** How long a node that has just refused isn't named again. */
    private static final long DENIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private final NodeId self;
    private final Replication replication;
    private final Neighbours neighbours;
    private final ShardMap shards;
    private final TimeSource time;
    // Keyed by shards that exist, so their number is limited.
    private final Map<ShardId, Word> hints = new ConcurrentHashMap<>();
    private final Map<ShardId, Word> denials = new ConcurrentHashMap<>();
    private final Map<ShardId, Integer> turns = new ConcurrentHashMap<>();

    public LeaderDirectory(
            NodeId self, Replication replication, Neighbours neighbours, ShardMap shards, TimeSource time) {
        this.self = self;
        this.replication = replication;
        this.neighbours = neighbours;
        this.shards = shards;
        this.time = time;
    }

    /** The leader as far as anybody here knows. */
    public Optional<NodeId> leaderOf(ShardId shard) {
        Optional<ShardReplica> replica = replication.replica(shard);
        if (replica.isPresent() && replica.get().isLeader()) {
            return Optional.of(self);
        }
        Optional<NodeId> known = replica.flatMap(each -> byReplica(shard, each));
        if (known.isPresent() || hears(shard)) {
            return known;
        }
        Optional<NodeId> hinted = hint(shard);
        return hinted.isPresent() ? hinted : neighbours.leaderOf(shard).filter(node -> !denied(shard, node));
    }

    /** Where to send next: the leader, or else one of the replicas in turn; empty when it is better to wait. */
    public Optional<NodeId> target(ShardId shard) {
        Optional<NodeId> leader = leaderOf(shard);
        if (leader.isPresent() || hears(shard)) {
            return leader;
        }
        List<NodeId> candidates = shards.replicas(shard).stream()
                .filter(node -> !node.equals(self))
                .filter(node -> !denied(shard, node))
                .toList();
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        int turn = turns.merge(shard, 1, Integer::sum);
        return Optional.of(candidates.get(Math.floorMod(turn, candidates.size())));
    }

    /** Whether a replica here hears of each new leader, so that looking often costs next to nothing. */
    public boolean hears(ShardId shard) {
        return replication.replica(shard).filter(this::isSound).isPresent();
    }

    /** A node answered that it doesn't lead the shard, and perhaps who does. */
    public void refused(ShardId shard, NodeId by, Optional<NodeId> leader) {
        denials.put(shard, new Word(by, time.nanoTime()));
        hints.computeIfPresent(shard, (key, hint) -> hint.node.equals(by) ? null : hint);
        leader.filter(node -> !node.equals(by)).ifPresent(node -> hinted(shard, node));
    }

    /** Somebody who should know named the leader. */
    public void hinted(ShardId shard, NodeId leader) {
        hints.put(shard, new Word(leader, time.nanoTime()));
    }

    private Optional<NodeId> byReplica(ShardId shard, ShardReplica replica) {
        Optional<NodeId> leader = replica.leader().filter(node -> !node.equals(self) && !denied(shard, node));
        return leader.isPresent() ? leader : hint(shard).filter(node -> !node.equals(self));
    }

    /** Whether the replica hears of each new leader. One whose disk stands still takes in no word of any. */
    private boolean isSound(ShardReplica replica) {
        return !replication.disk().isStalled() && replica.report().role() != ReplicaRole.FENCED;
    }

    private Optional<NodeId> hint(ShardId shard) {
        Word hint = hints.get(shard);
        boolean counts = hint != null && time.nanoTime() - hint.nanos < HINT_NANOS && !denied(shard, hint.node);
        return counts ? Optional.of(hint.node) : Optional.empty();
    }

    private boolean denied(ShardId shard, NodeId node) {
        Word denial = denials.get(shard);
        return denial != null && denial.node.equals(node) && time.nanoTime() - denial.nanos < DENIAL_NANOS;
    }

    private record Word(NodeId node, long nanos) {}
}
