package dev.skein.replication.host;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.AcknowledgedEntries;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.RegisterNode;
import dev.skein.proto.replication.v1.SetDraining;
import dev.skein.replication.DiskReport;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.ReplicaRole;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationConfig;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ScrubReport;
import dev.skein.replication.ShardReplica;
import dev.skein.replication.control.ControlBirth;
import dev.skein.replication.control.ControlGroup;
import dev.skein.replication.control.ControlMachine;
import dev.skein.replication.control.MembershipService;
import dev.skein.replication.group.HostedShard;
import dev.skein.replication.group.ShardLog;
import dev.skein.replication.raft.GroupNames;
import dev.skein.replication.raft.Members;
import dev.skein.wire.Errors;
import io.grpc.BindableService;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's replication, put together. Made first, so that its services can be offered; then started, which needs other nodes to
 * be reachable when the node's storage is new.
 */
public final class ReplicationNode implements Replication {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicationNode.class);

    private static final long REGISTER_PAUSE_MILLIS = 300;

    private final ReplicationConfig config;
    private final NodeThreads threads;
    private final ControlBirth birth;
    private final ControlGroup control;
    private final LateLinkService linkService = new LateLinkService();
    private final boolean fresh;

    private volatile @Nullable RunningNode running;
    private volatile Optional<String> quarantined = Optional.empty();
    private volatile boolean controlRuns;
    private volatile boolean draining;
    private volatile boolean closed;

    /** A command of this node's own is on its way to another node; the next waits for the next look. */
    private final AtomicBoolean sending = new AtomicBoolean();

    public ReplicationNode(ReplicationConfig config) {
        this.config = config;
        this.threads = new NodeThreads(config.self().getNode());
        this.birth = ControlBirth.of(config.clusterId(), config.founders(), config.regionOrder());
        this.control = new ControlGroup(new ControlMachine(birth.state(), config.regionOrder()), threads.host);
        this.fresh = !Files.exists(config.dataDirectory().resolve("identity"));
    }

    /**
     * Opens the storage, takes this node's place in the cluster and starts its replicas. Blocks until the node knows its identity;
     * with new storage that takes a majority of the founding voters.
     *
     * @throws dev.skein.replication.nodelog.StorageRefusedException when the data directory isn't this node's
     * @throws ReplicationException CLUSTER_MISMATCH or DUPLICATE_NODE
     */
    public void start() {
        RunningNode opened = RunningNode.open(config, threads, birth, fresh, () -> !closed);
        quarantined = opened.quarantined();
        running = opened;
        if (quarantined.isPresent()) {
            LOG.error("quarantined, takes no part: {}", quarantined.get());
            return;
        }
        opened.startLinks(linkService);
        opened.startControl(control);
        controlRuns = true;
        control.onState(opened.shards()::follow);
        threads.host.scheduleWithFixedDelay(this::registerIfNeeded, 0, REGISTER_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    // The control state must know this node's storage and addresses; whoever leads the control group takes the command.
    private void registerIfNeeded() {
        RunningNode node = running;
        if (closed || node == null) {
            return;
        }
        NodeRecord wanted = node.record();
        Optional<NodeRecord> known = control.state().getNodesList().stream()
                .filter(record -> record.getNode().equals(wanted.getNode()))
                .findFirst();
        boolean drainKnown = control.state().getDrainingList().contains(wanted.getNode());
        if (known.isEmpty() || !known.get().equals(wanted)) {
            send(command()
                    .setRegisterNode(RegisterNode.newBuilder().setNode(wanted))
                    .build());
        } else if (drainKnown != draining) {
            send(command()
                    .setSetDraining(
                            SetDraining.newBuilder().setNode(wanted.getNode()).setDraining(draining))
                    .build());
        }
    }

    private ControlCommand.Builder command() {
        return ControlCommand.newBuilder()
                .setCommandId(config.random().nextLong())
                .setTimeMs(config.time().wallMillis());
    }

    private void send(ControlCommand command) {
        RunningNode node = running;
        if (control.leads()) {
            control.propose(command).exceptionally(refused -> {
                LOG.info("own command not taken: {}", refused.getMessage());
                return 0L;
            });
        } else if (node != null && sending.compareAndSet(false, true)) {
            threads.joiner.execute(() -> {
                try {
                    node.proposeElsewhere(leaderOrVoters(node), command);
                } finally {
                    sending.set(false);
                }
            });
        }
    }

    // A node that moved to another address hears of no leader until somebody has registered it there: it asks every
    // voter.
    private List<String> leaderOrVoters(RunningNode node) {
        return control.leader().flatMap(node::addressOf).map(List::of).orElseGet(node::otherVoterAddresses);
    }

    // -------------------------------------------------------------------------------------------------------
    // Replication

    @Override
    public ControlState control() {
        return control.state();
    }

    @Override
    public void onControl(Consumer<ControlState> listener) {
        control.onState(listener);
    }

    @Override
    public ReplicaReport controlReport() {
        Optional<ShardLog.Status> status = control.log().map(ShardLog::status);
        return new ReplicaReport(
                new ShardId("control", 0),
                control.failure().isPresent()
                        ? ReplicaRole.FENCED
                        : status.map(ShardLog.Status::role).orElse(ReplicaRole.FOLLOWER),
                status.map(ShardLog.Status::term).orElse(0L),
                control.leader(),
                status.map(ShardLog.Status::lastIndex).orElse(0L),
                status.map(ShardLog.Status::committedIndex).orElse(0L),
                control.state().getVersion(),
                control.state().getVersion(),
                nodes(status.map(ShardLog.Status::voters)),
                nodes(status.map(ShardLog.Status::learners)),
                control.failure(),
                0);
    }

    private static List<NodeId> nodes(Optional<List<String>> members) {
        return members.orElse(List.of()).stream().map(Members::node).toList();
    }

    @Override
    public Optional<NodeId> controlLeader() {
        return control.leader();
    }

    @Override
    public CompletableFuture<Long> proposeControl(ControlCommand command) {
        return controlRuns
                ? control.propose(command)
                : CompletableFuture.failedFuture(new ReplicationException(
                        Errors.of(Reason.REASON_STARTING, config.self().getNode() + " is starting")));
    }

    @Override
    public Optional<ShardReplica> replica(ShardId shard) {
        RunningNode node = running;
        return node == null ? Optional.empty() : Optional.ofNullable(node.hosted(shard));
    }

    @Override
    public List<ShardReplica> replicas() {
        RunningNode node = running;
        return node == null ? List.of() : List.copyOf(node.allHosted());
    }

    @Override
    public List<BindableService> services() {
        return List.of(
                new MembershipService(
                        new MembershipService.Self(config.self().getNode(), config.clusterId(), config.configHash()),
                        () -> controlRuns ? Optional.of(control) : Optional.empty(),
                        this::vouches,
                        this::linked,
                        this::acknowledged),
                linkService,
                new StateCheckService(this::statePoints));
    }

    private List<AcknowledgedEntries> acknowledged(NodeId node) {
        RunningNode present = running;
        return present == null ? List.of() : present.acknowledged(node);
    }

    private Map<String, Map<Long, Long>> statePoints() {
        RunningNode node = running;
        return node == null
                ? Map.of()
                : node.allHosted().stream()
                        .collect(Collectors.toMap(hosted -> GroupNames.of(hosted.shard()), HostedShard::statePoints));
    }

    // Before the storage is open, a new one has no past; once it is open, the storage itself says whether it has one.
    private boolean vouches() {
        RunningNode present = running;
        return present == null ? fresh : present.isUntouchedFounder();
    }

    // A live link is proof that another process uses the name now.
    private Optional<NodeRecord> linked(String node) {
        RunningNode present = running;
        if (present == null || !present.hears(new NodeId(node))) {
            return Optional.empty();
        }
        return control.state().getNodesList().stream()
                .filter(record -> record.getNode().equals(node))
                .findFirst();
    }

    @Override
    public void drain(boolean on) {
        draining = on;
    }

    @Override
    public int leaderships() {
        RunningNode node = running;
        return node == null
                ? 0
                : (int) node.allHosted().stream().filter(HostedShard::isLeader).count();
    }

    @Override
    public Optional<String> quarantined() {
        return quarantined;
    }

    @Override
    public ScrubReport scrubbed() {
        RunningNode node = running;
        return node == null ? ScrubReport.NONE : node.scrubbed();
    }

    @Override
    public DiskReport disk() {
        RunningNode node = running;
        return node == null ? DiskReport.WELL : node.diskReport();
    }

    @Override
    public void close() {
        closed = true;
        threads.stopHost();
        RunningNode node = running;
        if (node != null) {
            node.close(control);
        }
        threads.close();
    }
}
