package dev.skein.replication.host;

import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.replication.v1.AcknowledgedEntries;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.JoinRequest;
import dev.skein.proto.replication.v1.JoinResponse;
import dev.skein.proto.replication.v1.MembershipGrpc;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.ProposeRequest;
import dev.skein.proto.replication.v1.RaftLinkGrpc;
import dev.skein.replication.DiskReport;
import dev.skein.replication.Mutation;
import dev.skein.replication.ReplicationConfig;
import dev.skein.replication.ScrubReport;
import dev.skein.replication.control.ClusterJoin;
import dev.skein.replication.control.ControlBirth;
import dev.skein.replication.control.ControlGroup;
import dev.skein.replication.disk.DiskWatch;
import dev.skein.replication.group.HostedShard;
import dev.skein.replication.group.ShardLog;
import dev.skein.replication.link.LinkConfig;
import dev.skein.replication.link.LinkEnvironment;
import dev.skein.replication.link.RaftLinks;
import dev.skein.replication.nodelog.Ballast;
import dev.skein.replication.nodelog.DiskProbe;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.NodeLogConfig;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.nodelog.NodeStorage;
import dev.skein.replication.nodelog.SegmentedNodeLog;
import dev.skein.replication.nodelog.StorageId;
import dev.skein.replication.raft.GroupNames;
import dev.skein.replication.raft.GroupSetup;
import dev.skein.replication.raft.JRaftRuntime;
import dev.skein.replication.raft.JRaftShardLog;
import dev.skein.replication.raft.Members;
import dev.skein.replication.raft.NodeLogEntries;
import dev.skein.replication.raft.PeerRecords;
import dev.skein.replication.raft.RaftTiming;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node whose storage is open: what {@link ReplicationNode} has between start and close. */
final class RunningNode {

    private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

    private static final long PROPOSE_TIMEOUT_MILLIS = 3_000;

    /** Incarnation of a founding member's first storage; later ones are indexes of the control log, which are higher. */
    private static final long FOUNDING_INCARNATION = 1;

    private final ReplicationConfig config;
    private final NodeThreads threads;
    private final ControlBirth birth;
    private final NodeStorage storage;
    private final Optional<String> quarantined;
    private final @Nullable SegmentedNodeLog nodeLog;
    private final @Nullable NodeStore store;

    private @Nullable DiskProbe probe;
    private volatile @Nullable DiskWatch disk;
    private @Nullable RaftLinks links;
    private volatile @Nullable Scrubber scrubber;
    private @Nullable JRaftRuntime runtime;
    private volatile @Nullable ShardHost shards;
    private volatile @Nullable ControlGroup control;

    private RunningNode(
            ReplicationConfig config,
            NodeThreads threads,
            ControlBirth birth,
            NodeStorage storage,
            @Nullable SegmentedNodeLog nodeLog,
            @Nullable NodeStore store,
            Optional<String> quarantined) {
        this.config = config;
        this.threads = threads;
        this.birth = birth;
        this.storage = storage;
        this.nodeLog = nodeLog;
        this.store = store;
        this.quarantined = quarantined;
    }

    /** Opens the storage; a damaged one is marked and takes no part. */
    static RunningNode open(
            ReplicationConfig config,
            NodeThreads threads,
            ControlBirth birth,
            boolean fresh,
            BooleanSupplier stillWanted) {
        NodeStorage storage = NodeStorage.open(
                config.dataDirectory(),
                config.clusterId(),
                new NodeId(config.self().getNode()),
                () -> joined(config, birth, stillWanted));
        try {
            List<JoinResponse> said =
                    fresh ? List.of() : join(config, birth, storage.id(), false).check(stillWanted);
            Optional<String> marked = storage.quarantined();
            if (marked.isPresent()) {
                return new RunningNode(config, threads, birth, storage, null, null, marked);
            }
            return opened(config, threads, birth, storage, said);
        } catch (RuntimeException failed) {
            storage.close();
            throw failed;
        }
    }

    private static RunningNode opened(
            ReplicationConfig config,
            NodeThreads threads,
            ControlBirth birth,
            NodeStorage storage,
            List<JoinResponse> said) {
        new Ballast(config.dataDirectory()).releaseIfShort();
        try {
            NodeStore store = NodeStore.open(storage.directory("store"));
            SegmentedNodeLog nodeLog = openLog(config, storage, store);
            checkPromises(storage, nodeLog, store, said);
            return new RunningNode(config, threads, birth, storage, nodeLog, store, Optional.empty());
        } catch (NodeLogDamagedException damaged) {
            String reason = String.valueOf(damaged.getMessage());
            storage.quarantine(reason);
            return new RunningNode(config, threads, birth, storage, null, null, Optional.of(reason));
        }
    }

    private static void checkPromises(
            NodeStorage storage, SegmentedNodeLog nodeLog, NodeStore store, List<JoinResponse> said) {
        Path groups = storage.directory().resolve("groups");
        try {
            new KeptPromises(storage.incarnation(), nodeLog, groups)
                    .broken(said)
                    .ifPresent(broken -> {
                        throw new NodeLogDamagedException(broken);
                    });
        } catch (IOException | RuntimeException refused) {
            closeAll(nodeLog, store);
            throw refused instanceof NodeLogDamagedException damaged
                    ? damaged
                    : new NodeLogDamagedException("terms and votes: " + refused.getMessage(), refused);
        }
    }

    private static SegmentedNodeLog openLog(ReplicationConfig config, NodeStorage storage, NodeStore store) {
        try {
            return SegmentedNodeLog.open(
                    NodeLogConfig.in(storage.directory("log")).withSegmentBytes(config.segmentBytes()),
                    storage.id(),
                    config.time(),
                    config.metrics(),
                    new FatalStorage(storage, config.onFatal())::failed);
        } catch (RuntimeException failed) {
            store.close();
            throw failed;
        }
    }

    private static NodeStorage.Fresh joined(ReplicationConfig config, ControlBirth birth, BooleanSupplier stillWanted) {
        StorageId id = StorageId.random(config.random());
        return new NodeStorage.Fresh(
                id,
                Mutation.SAME_INCARNATION.isOn()
                        ? FOUNDING_INCARNATION
                        : join(config, birth, id, true).incarnation(stillWanted));
    }

    private static ClusterJoin join(ReplicationConfig config, ControlBirth birth, StorageId id, boolean fresh) {
        Map<String, String> founders = new LinkedHashMap<>();
        birth.voters().forEach(voter -> founders.put(voter.getNode(), voter.getPeerAddress()));
        JoinRequest request = JoinRequest.newBuilder()
                .setClusterId(config.clusterId())
                .setConfigHash(config.configHash())
                .setNode(config.self().getNode())
                .setStorageId(ByteString.copyFrom(id.bytes()))
                .setFresh(fresh)
                .setPeerAddress(config.self().getPeerAddress())
                .build();
        return new ClusterJoin(request, founders, config);
    }

    Optional<String> quarantined() {
        return quarantined;
    }

    /** This node as the control group should record it. */
    NodeRecord record() {
        return config.self().toBuilder()
                .setStorageIncarnation(storage.incarnation())
                .setStorageId(ByteString.copyFrom(storage.id().bytes()))
                .setConfigHash(config.configHash())
                .build();
    }

    private NodeId self() {
        return new NodeId(config.self().getNode());
    }

    private String member() {
        return Members.text(self(), storage.incarnation());
    }

    /** Whether this is a founding member's first storage and the control group's replica on it has promised nothing yet. */
    boolean isUntouchedFounder() {
        return nodeLog != null
                && storage.incarnation() == FOUNDING_INCARNATION
                && new ControlPromises(controlDirectory(), nodeLog).none();
    }

    private Path controlDirectory() {
        return config.dataDirectory().resolve("groups").resolve(GroupNames.CONTROL);
    }

    void startLinks(LateLinkService service) {
        SegmentedNodeLog log = required(nodeLog, "node log");
        FatalStorage fatal = new FatalStorage(storage, config.onFatal());
        Scrubber scrub = new Scrubber(config, threads, log, fatal::failed);
        DiskWatch watch = watchDisk(log, fatal);
        RaftLinks started = new RaftLinks(
                LinkConfig.of(config.clusterId(), self(), (int) storage.incarnation()),
                new LinkEnvironment(
                        this::addressOf,
                        config.channels(),
                        config.eventLoop(),
                        new NodeLogEntries(log, scrub, fatal::failed),
                        config.metrics(),
                        config.time(),
                        config.random(),
                        watch));
        started.start();
        service.open((RaftLinkGrpc.RaftLinkImplBase) started.services().get(0));
        links = started;
        scrub.ask(new PeerRecords(started, this::otherReplicas));
        scrubber = scrub;
        runtime = new JRaftRuntime(
                started.self(), log, started, threads.snapshots, fatal::failed, scrub, ConcurrentHashMap.newKeySet());
    }

    private DiskWatch watchDisk(SegmentedNodeLog log, FatalStorage fatal) {
        DiskProbe started = new DiskProbe(
                config.dataDirectory(),
                () -> log.activity().turns(),
                config.disk().freeBytesEnough(),
                config.time(),
                fatal::failed);
        started.start();
        probe = started;
        DiskWatch watch = new DiskWatch(
                config.self().getNode(),
                config.disk(),
                () -> log.activity().busySince(),
                started::busySince,
                started::freeBytes,
                config.time(),
                config.metrics());
        disk = watch;
        return watch;
    }

    void startControl(ControlGroup group) {
        control = group;
        List<String> voters = ControlBirth.members(birth.voters());
        List<String> learners = ControlBirth.members(birth.learners());
        boolean born = voters.contains(member()) || learners.contains(member());
        GroupSetup setup = new GroupSetup(
                GroupNames.CONTROL,
                controlDirectory(),
                born ? voters : List.of(),
                born ? learners : List.of(),
                controlTiming(),
                true);
        JRaftRuntime present = required(runtime, "links");
        GroupLog entries = present.nodeLog().group(GroupNames.CONTROL);
        group.whenApplied(entries::committed);
        ShardLog log = JRaftShardLog.start(present, setup, group);
        group.attach(log);
        // Nobody reads old control entries back.
        entries.retainFrom(Long.MAX_VALUE);
        DiskWatch watch = required(disk, "disk watch");
        ShardHost host = new ShardHost(config, present, required(store, "store"), threads, member(), watch);
        shards = host;
        ControlTicker ticker = new ControlTicker(group, birth, self(), present.links(), config.time());
        ticker.start(threads.host);
        host.compareStates();
        required(scrubber, "scrubber")
                .start(Map.of(
                        "terms and votes",
                        Scrubber.slots(present.votes()),
                        "store",
                        required(store, "store"),
                        "control snapshot",
                        new SnapshotScrub(GroupNames.CONTROL, controlDirectory(), group::verifySnapshot, log::snapshot),
                        "snapshots",
                        host::scrubSnapshots));
        FatalStorage fatal = new FatalStorage(storage, config.onFatal());
        watch.start(
                () -> {
                    host.giveUp();
                    ticker.giveUp();
                },
                reason -> fatal.failed(new IOException(reason)));
    }

    private List<NodeId> otherReplicas(String group) {
        ShardHost host = shards;
        if (group.equals(GroupNames.CONTROL)) {
            return birth.voters().stream()
                    .map(voter -> new NodeId(voter.getNode()))
                    .filter(voter -> !voter.equals(self()))
                    .toList();
        }
        return host == null ? List.of() : host.otherReplicas(GroupNames.shardOf(group));
    }

    ScrubReport scrubbed() {
        Scrubber present = scrubber;
        return present == null ? ScrubReport.NONE : present.report();
    }

    DiskReport diskReport() {
        DiskWatch watch = disk;
        return watch == null ? DiskReport.WELL : watch.report();
    }

    private RaftTiming controlTiming() {
        return ElectionOrder.timing(config.regionTiming(), config.self().getNode(), birth.voters());
    }

    ShardHost shards() {
        return required(shards, "shards");
    }

    @Nullable
    HostedShard hosted(ShardId shard) {
        ShardHost host = shards;
        return host == null ? null : host.shards().get(shard);
    }

    Collection<HostedShard> allHosted() {
        ShardHost host = shards;
        return host == null ? List.of() : host.shards().values();
    }

    List<AcknowledgedEntries> acknowledged(NodeId node) {
        ShardHost host = shards;
        return host == null ? List.of() : host.acknowledged(node);
    }

    boolean hears(NodeId node) {
        RaftLinks present = links;
        return present != null && present.isUp(node);
    }

    /** Where a node is: as the control state says, else as the configuration does. */
    Optional<String> addressOf(NodeId node) {
        ControlGroup group = control;
        List<NodeRecord> known =
                group == null ? config.founders() : group.state().getNodesList();
        return known.stream()
                .filter(record -> record.getNode().equals(node.value()))
                .map(NodeRecord::getPeerAddress)
                .findFirst();
    }

    /** Where the other founding voters of the control group are. */
    List<String> otherVoterAddresses() {
        return birth.voters().stream()
                .map(NodeRecord::getNode)
                .filter(voter -> !voter.equals(config.self().getNode()))
                .flatMap(voter -> addressOf(new NodeId(voter)).stream())
                .toList();
    }

    /** Proposes at one address after the other until the command is taken; blocks. */
    void proposeElsewhere(List<String> addresses, ControlCommand command) {
        for (String address : addresses) {
            if (proposeAt(address, command)) {
                return;
            }
        }
    }

    private boolean proposeAt(String address, ControlCommand command) {
        ManagedChannel channel = config.channels().apply(address);
        try {
            MembershipGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(PROPOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .propose(ProposeRequest.newBuilder().setCommand(command).build());
            return true;
        } catch (StatusRuntimeException failed) {
            LOG.debug("proposing {} at {}: {}", command.getCommandCase(), address, failed.getMessage());
            return false;
        } finally {
            channel.shutdownNow();
        }
    }

    void close(ControlGroup group) {
        ShardHost host = shards;
        if (host != null) {
            host.close();
        }
        group.log().ifPresent(ShardLog::close);
        closeAll(disk, probe, links, nodeLog, store, storage);
    }

    private static void closeAll(@Nullable AutoCloseable... parts) {
        for (AutoCloseable part : parts) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception failed) {
                LOG.warn("closing: {}", failed.toString());
            }
        }
    }

    private static <T> T required(@Nullable T part, String name) {
        if (part == null) {
            throw new IllegalStateException(name + " not open");
        }
        return part;
    }
}
