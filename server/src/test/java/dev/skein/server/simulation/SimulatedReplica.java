package dev.skein.server.simulation;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.testing.History;
import dev.skein.core.testing.VirtualTime;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.ReplicaRole;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ShardReplica;
import dev.skein.replication.shard.ApplyBatch;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.replication.shard.ShardMetrics;
import dev.skein.replication.store.InMemoryShardStore;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A node's replica: the real state machine, which applies what is committed at its own pace. What it holds survives its process. */
final class SimulatedReplica implements ShardReplica {

    private static final ShardMetrics METRICS = new ShardMetrics(new MetricRegistry());
    private static final long CONFIRM_LOOK_MILLIS = 15;
    private static final int CONFIRM_LOOKS_MAX = 60;

    private final SimulatedShard shard;
    private final NodeId node;
    private final VirtualTime time;
    private final Random random;
    private final History history;
    private final Defect defect;
    private final ShardMachine machine;
    private final int applyNanosMax;
    private Process process;
    private Optional<NodeId> believedLeader = Optional.empty();
    private long believedTerm;
    private boolean applying;

    SimulatedReplica(
            SimulatedShard shard, NodeId node, VirtualTime time, Random random, History history, Defect defect) {
        this.shard = shard;
        this.node = node;
        this.time = time;
        this.random = random;
        this.history = history;
        this.defect = defect;
        this.process = new Process(time);
        this.applyNanosMax = 1_000_000 * (1 + random.nextInt(150));
        machine = new ShardMachine(SimulatedShard.ID, new InMemoryShardStore(), shard::entry, time, METRICS);
    }

    NodeId node() {
        return node;
    }

    boolean isUp() {
        return process.isUp();
    }

    ShardMachine machine() {
        return machine;
    }

    void startIn(Process next) {
        machine.loseFollowers();
        process = next;
        believedLeader = Optional.empty();
        believedTerm = 0;
        shard.tellLeader(this);
        applying = false;
        applyLater();
    }

    void hearOfLeader(Optional<NodeId> leader, long term) {
        process.schedule(random.nextInt(150), () -> {
            if (term > believedTerm) {
                believedTerm = term;
                believedLeader = leader;
            }
        });
    }

    void applyLater() {
        if (!applying && machine.appliedIndex() < shard.committedIndex()) {
            applying = true;
            process.schedule(random.nextInt(applyNanosMax) / 1_000_000, () -> {
                applying = false;
                applyTo(Math.min(shard.committedIndex(), machine.appliedIndex() + 1 + random.nextInt(4)));
                applyLater();
            });
        }
    }

    /** What became of the last entry. */
    List<PublishOutcome> applyTo(long index) {
        List<PublishOutcome> outcomes = List.of();
        ApplyBatch batch = machine.begin();
        for (long next = machine.appliedIndex() + 1; next <= index; next++) {
            outcomes = batch.apply(next, 1, shard.entry(next).orElseThrow());
        }
        batch.finish();
        history.digest(machine.appliedIndex(), machine.digest());
        return outcomes;
    }

    /** An answer that is heard only as long as this process lives. */
    Consumer<PublishOutcome> inThisLife(Consumer<PublishOutcome> whenDone) {
        Process mine = process;
        return outcome -> {
            if (mine.isUp()) {
                whenDone.accept(outcome);
            }
        };
    }

    @Override
    public void publish(SectionView section, Consumer<PublishOutcome> whenDone) {
        if (!isLeader()) {
            Map<String, String> hint = believedLeader
                    .map(leader -> Map.of("leader", leader.value()))
                    .orElse(Map.of());
            Reason reason = believedLeader.isPresent() ? Reason.REASON_NOT_LEADER : Reason.REASON_NO_LEADER;
            whenDone.accept(new PublishOutcome.Refused(Errors.of(reason, "not here", hint)));
        } else if (random.nextInt(60) == 0) {
            whenDone.accept(SimulatedShard.refused(Reason.REASON_OVERLOADED));
        } else {
            shard.propose(this, section, whenDone);
        }
    }

    @Override
    public CompletableFuture<Void> confirmRead() {
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        long index = defect == Defect.STALE_CONFIRMATION ? 0 : shard.committedIndex();
        confirmLater(confirmed, index, 0);
        return confirmed;
    }

    private void confirmLater(CompletableFuture<Void> confirmed, long index, int looks) {
        process.schedule(CONFIRM_LOOK_MILLIS, () -> {
            if (shard.leader().isPresent() && machine.appliedIndex() >= index) {
                confirmed.complete(null);
            } else if (looks == CONFIRM_LOOKS_MAX) {
                confirmed.completeExceptionally(
                        new ReplicationException(Errors.of(Reason.REASON_READ_NOT_CONFIRMED, "no leader confirms")));
            } else {
                confirmLater(confirmed, index, looks + 1);
            }
        });
    }

    @Override
    public ShardId shard() {
        return SimulatedShard.ID;
    }

    @Override
    public boolean isLeader() {
        return shard.isLeader(this);
    }

    @Override
    public Optional<NodeId> leader() {
        return isLeader() ? Optional.of(node) : believedLeader.filter(leader -> !leader.equals(node));
    }

    @Override
    public ReplicaReport report() {
        ReplicaRole role = isLeader() ? ReplicaRole.LEADER : ReplicaRole.FOLLOWER;
        long applied = machine.appliedIndex();
        return new ReplicaReport(
                SimulatedShard.ID,
                role,
                believedTerm,
                leader(),
                applied,
                applied,
                applied,
                machine.digest(),
                List.of(),
                List.of(),
                Optional.empty(),
                0);
    }

    @Override
    public ChannelExtent extent(String channel) {
        return machine.extent(channel);
    }

    @Override
    public ChannelPage read(ChannelQuery query) {
        return machine.read(query);
    }

    @Override
    public Following follow(String channel, TailListener listener) {
        return machine.follow(channel, listener);
    }

    @Override
    public CompletableFuture<Void> transferLeadership(NodeId to) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> snapshot() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void dump(Consumer<DumpedMessage> rows) {
        machine.dump(rows);
    }
}
