package dev.skein.server.simulation;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.testing.VirtualTime;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.Replication;
import dev.skein.replication.ShardReplica;
import dev.skein.server.fanout.FanoutLimits;
import dev.skein.server.fanout.ReaderPool;
import dev.skein.server.locate.Neighbours;
import dev.skein.server.loop.Loops;
import dev.skein.server.session.MessagingServices;
import dev.skein.server.session.NodeIdentity;
import dev.skein.server.session.SessionLimits;
import io.grpc.BindableService;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node that is its whole region: messaging as it is, over what the world gives it. */
final class SimulatedNode implements Replication, Neighbours {

    static final String CLUSTER_ID = "simulated";

    /** Rings of a few messages, so that subscriptions go to the store and come back. */
    private static final FanoutLimits FANOUT = new FanoutLimits(5, 1 << 20, 24L << 20, 1_000, 3, 128 << 10);

    private final NodeId id;
    private final SimulatedNetwork network;
    private final VirtualTime time;
    private final Random random;
    private final ControlState control;
    private final SimulatedShard shard;
    private final @Nullable SimulatedReplica replica;
    private Process process;

    SimulatedNode(
            NodeId id,
            SimulatedNetwork network,
            VirtualTime time,
            Random random,
            ControlState control,
            SimulatedShard shard,
            @Nullable SimulatedReplica replica) {
        this.id = id;
        this.network = network;
        this.time = time;
        this.random = random;
        this.control = control;
        this.shard = shard;
        this.replica = replica;
        this.process = start();
    }

    NodeId id() {
        return id;
    }

    Process process() {
        return process;
    }

    Optional<SimulatedReplica> hosted() {
        return Optional.ofNullable(replica);
    }

    void crash() {
        process.end();
        network.breakAll(id.value());
    }

    void restart() {
        process = start();
    }

    private Process start() {
        Process fresh = new Process(time);
        if (replica != null) {
            replica.startIn(fresh);
        }
        MessagingServices.Parts parts = new MessagingServices.Parts(
                new NodeIdentity(id, id.value(), "a", CLUSTER_ID, "sim", ""),
                this,
                this,
                address -> network.channel(id.value(), fresh, address),
                time,
                new Random(random.nextLong()),
                new MetricRegistry(),
                SessionLimits.DEFAULT,
                FANOUT);
        MessagingServices messaging = new MessagingServices(parts, new Loops(fresh), new ReaderPool(fresh::execute));
        ServerServiceDefinition client = messaging.clientService().bindService();
        ServerServiceDefinition peer = messaging.nodeService().bindService();
        network.listen(id.value(), new SimulatedNetwork.Place(fresh, name -> method(client, peer, name)));
        return fresh;
    }

    private static Optional<ServerMethodDefinition<?, ?>> method(
            ServerServiceDefinition client, ServerServiceDefinition peer, String name) {
        ServerMethodDefinition<?, ?> found = client.getMethod(name);
        return Optional.ofNullable(found != null ? found : peer.getMethod(name));
    }

    // ---- as gossip

    @Override
    public Optional<NodeId> leaderOf(ShardId wanted) {
        return shard.leader().map(SimulatedReplica::node).filter(node -> random.nextInt(3) > 0);
    }

    @Override
    public boolean reachable(NodeId node) {
        return random.nextInt(10) > 0;
    }

    @Override
    public long rttMicros(String region) {
        return 1_000L * (1 + Math.floorMod(region.hashCode() * 31 + id.hashCode(), 90));
    }

    // ---- as replication

    @Override
    public ControlState control() {
        return control;
    }

    @Override
    public void onControl(Consumer<ControlState> listener) {
        listener.accept(control);
    }

    @Override
    public Optional<ShardReplica> replica(ShardId wanted) {
        return wanted.equals(SimulatedShard.ID) ? Optional.ofNullable(replica) : Optional.empty();
    }

    @Override
    public List<ShardReplica> replicas() {
        return replica == null ? List.of() : List.of(replica);
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
        throw new UnsupportedOperationException();
    }

    @Override
    public List<BindableService> services() {
        return List.of();
    }

    @Override
    public void drain(boolean on) {}

    @Override
    public int leaderships() {
        return 0;
    }

    @Override
    public Optional<String> quarantined() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
