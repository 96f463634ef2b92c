package dev.skein.server.loopback;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.Replication;
import dev.skein.replication.ShardReplica;
import io.grpc.BindableService;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** One node's part in the loop-back shards. */
public final class LoopbackReplication implements Replication {

    private final NodeId self;
    private final Collection<LoopbackShard> shards;
    private final List<Consumer<ControlState>> listeners = new CopyOnWriteArrayList<>();
    private volatile ControlState state = ControlState.getDefaultInstance();

    public LoopbackReplication(NodeId self, Collection<LoopbackShard> shards) {
        this.self = self;
        this.shards = shards;
    }

    void control(ControlState newer) {
        state = newer;
        listeners.forEach(listener -> listener.accept(newer));
    }

    @Override
    public ControlState control() {
        return state;
    }

    @Override
    public void onControl(Consumer<ControlState> listener) {
        listeners.add(listener);
        listener.accept(state);
    }

    @Override
    public ReplicaReport controlReport() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<NodeId> controlLeader() {
        return Optional.empty();
    }

    @Override
    public CompletableFuture<Long> proposeControl(ControlCommand command) {
        return CompletableFuture.completedFuture(state.getVersion() + 1);
    }

    @Override
    public Optional<ShardReplica> replica(ShardId shard) {
        return shards.stream()
                .filter(each -> each.id().equals(shard))
                .findFirst()
                .flatMap(each -> each.replicaOf(self));
    }

    @Override
    public List<ShardReplica> replicas() {
        return shards.stream()
                .flatMap(each -> each.replicaOf(self).stream())
                .<ShardReplica>map(each -> each)
                .toList();
    }

    @Override
    public List<BindableService> services() {
        return List.of();
    }

    @Override
    public void drain(boolean on) {}

    @Override
    public int leaderships() {
        return (int) replicas().stream().filter(ShardReplica::isLeader).count();
    }

    @Override
    public Optional<String> quarantined() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
