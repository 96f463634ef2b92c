package dev.skein.server.loopback;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A replica that applies the shard's entries to the real state machine. */
public final class LoopbackReplica implements ShardReplica {

    private final LoopbackShard group;
    private final NodeId node;
    private final ShardMachine machine;
    private final AtomicInteger reads = new AtomicInteger();
    private volatile boolean lagging;
    private volatile boolean unconfirmed;
    private volatile boolean ignorant;
    private volatile PublishOutcome lastOutcome =
            new PublishOutcome.Refused(Errors.of(Reason.REASON_INTERNAL, "nothing applied yet"));

    LoopbackReplica(LoopbackShard group, NodeId node) {
        this.group = group;
        this.node = node;
        machine = new ShardMachine(
                group.id(),
                new InMemoryShardStore(),
                group::entry,
                TimeSource.system(),
                new ShardMetrics(new MetricRegistry()));
    }

    /** Applies nothing while on. */
    public void lag(boolean on) {
        lagging = on;
        group.onApply(this::catchUp);
    }

    /** Reads can't be confirmed while on. */
    public void refuseToConfirm(boolean on) {
        unconfirmed = on;
    }

    /** Answers like a replica that has applied nothing, not even the shard's policy, while on. */
    public void knowNothing(boolean on) {
        ignorant = on;
        unconfirmed = on;
    }

    /** Followers hear that they lost the tail. */
    public void loseFollowers() {
        group.onApply(machine::loseFollowers);
    }

    /** Pages read so far. */
    public int reads() {
        return reads.get();
    }

    void catchUp() {
        while (!lagging && machine.appliedIndex() < group.lastIndex()) {
            long index = machine.appliedIndex() + 1;
            ApplyBatch batch = machine.begin();
            List<PublishOutcome> outcomes =
                    batch.apply(index, LoopbackShard.term(), group.entry(index).orElseThrow());
            batch.finish();
            outcomes.forEach(outcome -> lastOutcome = outcome);
        }
    }

    PublishOutcome lastOutcome() {
        return lastOutcome;
    }

    @Override
    public ShardId shard() {
        return group.id();
    }

    @Override
    public ReplicaReport report() {
        return new ReplicaReport(
                group.id(),
                isLeader() ? ReplicaRole.LEADER : ReplicaRole.FOLLOWER,
                LoopbackShard.term(),
                leader(),
                group.lastIndex(),
                group.lastIndex(),
                machine.appliedIndex(),
                machine.digest(),
                List.of(),
                List.of(),
                Optional.empty(),
                0);
    }

    @Override
    public boolean isLeader() {
        return group.leader().filter(node::equals).isPresent();
    }

    @Override
    public Optional<NodeId> leader() {
        return group.leader();
    }

    @Override
    public void publish(SectionView section, Consumer<PublishOutcome> whenDone) {
        if (isLeader()) {
            group.propose(this, section, whenDone);
            return;
        }
        Map<String, String> hint = leader().map(NodeId::value)
                .map(leader -> Map.of("leader", leader))
                .orElse(Map.of());
        whenDone.accept(new PublishOutcome.Refused(Errors.of(Reason.REASON_NOT_LEADER, "not here", hint)));
    }

    @Override
    public CompletableFuture<Void> confirmRead() {
        if (unconfirmed || lagging || leader().isEmpty()) {
            return CompletableFuture.failedFuture(
                    new ReplicationException(Errors.of(Reason.REASON_READ_NOT_CONFIRMED, "no leader confirms")));
        }
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        group.onApply(() -> confirmed.complete(null));
        return confirmed;
    }

    @Override
    public ChannelExtent extent(String channel) {
        return ignorant ? new ChannelExtent(0, 1, 0) : machine.extent(channel);
    }

    @Override
    public ChannelPage read(ChannelQuery query) {
        reads.incrementAndGet();
        return machine.read(query);
    }

    @Override
    public Following follow(String channel, TailListener listener) {
        return machine.follow(channel, listener);
    }

    @Override
    public CompletableFuture<Void> transferLeadership(NodeId to) {
        group.leader(to);
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
