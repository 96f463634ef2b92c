package dev.skein.replication.host;

import dev.skein.core.ByteBudget;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.AcknowledgedEntries;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.replication.ReplicationConfig;
import dev.skein.replication.disk.DiskWatch;
import dev.skein.replication.group.HostedShard;
import dev.skein.replication.group.ShardDirective;
import dev.skein.replication.group.ShardEnvironment;
import dev.skein.replication.group.ShardLog;
import dev.skein.replication.nodelog.FsyncMode;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.NodeLog;
import dev.skein.replication.nodelog.ScrubResult;
import dev.skein.replication.raft.GroupNames;
import dev.skein.replication.raft.GroupSetup;
import dev.skein.replication.raft.JRaftRuntime;
import dev.skein.replication.raft.JRaftShardLog;
import dev.skein.replication.raft.NodeLogArchive;
import dev.skein.replication.raft.RaftTiming;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.replication.shard.ShardMetrics;
import dev.skein.wire.Errors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards on this node. Replicas start on the host thread as the control state says; reading the map is safe from anywhere.
 *
 * <p>A replica that the placement has moved away stays, silent: what a node sees as the group's members may be a change that has
 * not been committed yet, and dropping the log before it is could take the quorum of the old members. One that did not start is tried
 * again.
 */
final class ShardHost {

    private static final Logger LOG = LoggerFactory.getLogger(ShardHost.class);

    /** A policy, a hand-over or an election's end is acted on within this time. */
    private static final long TICK_MILLIS = 200;

    /** A replica that did not start is tried again this often. */
    private static final int RETRY_TICKS = 50;

    /** What others acknowledged is looked at this often. */
    private static final int REMEMBER_TICKS = 5;

    private final ReplicationConfig config;
    private final NodeId self;
    private final String member;
    private final JRaftRuntime runtime;
    private final NodeStore store;
    private final NodeThreads threads;
    private final DiskWatch disk;
    private final ShardEnvironment environment;
    private final PeerFitness fitness;
    private final LeaderChoice choice;
    private final ShardMetrics shardMetrics;
    private final AcknowledgementMemory memory = new AcknowledgementMemory();
    private final Map<ShardId, HostedShard> shards = new ConcurrentSkipListMap<>();

    // Owned by the host thread.
    private volatile ShardPlan plan = ShardPlan.EMPTY;

    /** Replicas that did not start, until they are tried again. */
    private final Set<ShardId> notStarted = new HashSet<>();

    private int ticks;

    ShardHost(
            ReplicationConfig config,
            JRaftRuntime runtime,
            NodeStore store,
            NodeThreads threads,
            String member,
            DiskWatch disk) {
        this.config = config;
        this.self = new NodeId(config.self().getNode());
        this.member = member;
        this.runtime = runtime;
        this.store = store;
        this.threads = threads;
        this.disk = disk;
        this.fitness = new PeerFitness(self, runtime.links(), config.time());
        this.choice = new LeaderChoice(self, fitness);
        this.shardMetrics = new ShardMetrics(config.metrics());
        this.environment = new ShardEnvironment(
                self,
                config.time(),
                threads.linger,
                ByteBudget.ofHeap(),
                config.snapshotEntries(),
                config.snapshotBytes(),
                disk,
                runtime.onStorageFailure());
        threads.host.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    Map<ShardId, HostedShard> shards() {
        return shards;
    }

    /** Starts and stops replicas; on the host thread. */
    void follow(ControlState state) {
        plan = new ShardPlan(state);
        startMissing();
    }

    private void startMissing() {
        plan.shards().forEach((shard, placed) -> {
            if (plan.isPlacedOn(placed, self.value()) && !shards.containsKey(shard) && !notStarted.contains(shard)) {
                start(shard, placed);
            }
        });
    }

    private void start(ShardId shard, ShardPlan.Placed placed) {
        try {
            shards.put(shard, open(shard, placed));
        } catch (RuntimeException failed) {
            LOG.error("shard {}: replica not started", shard, failed);
            notStarted.add(shard);
        }
    }

    private HostedShard open(ShardId shard, ShardPlan.Placed placed) {
        String group = GroupNames.of(shard);
        NodeLog nodeLog = runtime.nodeLog();
        GroupLog groupLog = nodeLog.group(group);
        NodeLogArchive archive = new NodeLogArchive(groupLog, runtime, () -> otherReplicas(shard), threads.fetcher);
        ShardMachine machine = new ShardMachine(shard, store.of(shard), archive, config.time(), shardMetrics);
        HostedShard hosted = new HostedShard(shard, machine, archive, environment);
        JRaftShardLog log = JRaftShardLog.start(runtime, setup(shard, placed), hosted);
        archive.attach(log::recentEntry);
        hosted.attach(log);
        return hosted;
    }

    private GroupSetup setup(ShardId shard, ShardPlan.Placed placed) {
        boolean born = placed.isBornWith(member);
        return new GroupSetup(
                GroupNames.of(shard),
                directory(shard),
                born ? placed.placement().getBirthVotersList() : List.of(),
                born ? placed.placement().getBirthLearnersList() : List.of(),
                timing(placed),
                placed.syncsEveryAppend());
    }

    private Path directory(ShardId shard) {
        return config.dataDirectory().resolve("groups").resolve(GroupNames.of(shard));
    }

    private RaftTiming timing(ShardPlan.Placed placed) {
        RaftTiming timing = placed.spansRegions() ? config.regionTiming() : config.zoneTiming();
        return ElectionOrder.timing(timing, self.value(), plan.voters(placed));
    }

    /** Other nodes that have a replica of a shard that has one here. */
    List<NodeId> otherReplicas(ShardId shard) {
        HostedShard hosted = shards.get(shard);
        if (hosted == null) {
            return List.of();
        }
        var report = hosted.report();
        return Stream.concat(report.voters().stream(), report.learners().stream())
                .filter(node -> !node.equals(self))
                .toList();
    }

    private void tick() {
        ShardPlan present = plan;
        store.damage().ifPresent(this::renewStore);
        if (++ticks % RETRY_TICKS == 0) {
            notStarted.clear();
            startMissing();
        }
        if (ticks % REMEMBER_TICKS == 0) {
            remember(present.others(self));
        }
        fitness.observe(present.others(self));
        for (HostedShard hosted : shards.values()) {
            try {
                tick(present, hosted);
            } catch (RuntimeException failed) {
                LOG.error("shard {}: not looked after", hosted.shard(), failed);
            }
        }
    }

    private void tick(ShardPlan present, HostedShard hosted) {
        Optional<ShardPlan.Placed> placed = present.shard(hosted.shard());
        if (placed.isEmpty()) {
            return;
        }
        ShardDirective directive = present.directive(placed.get(), choice, disk.wantsLeadership());
        hosted.refuse(refusal(directive));
        hosted.tick(directive);
        FsyncMode fsync = placed.get().syncsEveryAppend() ? FsyncMode.ALWAYS : FsyncMode.INTERVAL;
        runtime.nodeLog().find(GroupNames.of(hosted.shard())).ifPresent(log -> log.fsync(fsync));
    }

    // All replicas share it, so all stop and start again, on an empty one.
    private void renewStore(String damage) {
        LOG.warn("the store is damaged and is made anew from snapshots and log: {}", damage);
        shards.values().forEach(HostedShard::close);
        shards.clear();
        try {
            store.renew();
        } catch (RuntimeException failed) {
            LOG.error("the store can't be made anew; the node stops", failed);
            config.onFatal().accept("store: " + damage + "; it can't be made anew: " + failed.getMessage());
            return;
        }
        startMissing();
    }

    /**
     * What leaders here have acknowledgements of from a node. Not of shards whose namespace syncs at intervals: there an acknowledgement
     * promises less.
     */
    List<AcknowledgedEntries> acknowledged(NodeId node) {
        Map<String, ShardLog.Acknowledged> remembered = memory.of(node);
        List<AcknowledgedEntries> known = new ArrayList<>();
        for (HostedShard hosted : shards.values()) {
            boolean synced = plan.shard(hosted.shard())
                    .map(ShardPlan.Placed::syncsEveryAppend)
                    .orElse(false);
            String group = GroupNames.of(hosted.shard());
            ShardLog.Acknowledged entries = remembered.get(group);
            if (synced && entries != null) {
                known.add(AcknowledgedEntries.newBuilder()
                        .setGroup(group)
                        .setTerm(entries.term())
                        .setIndex(entries.index())
                        .setCommittedIndex(hosted.report().committedIndex())
                        .setStorageIncarnation(entries.incarnation())
                        .build());
            }
        }
        return known;
    }

    private void remember(List<NodeId> others) {
        long now = config.time().nanoTime();
        for (HostedShard hosted : shards.values()) {
            String group = GroupNames.of(hosted.shard());
            for (NodeId node : others) {
                if (runtime.links().isUp(node)) {
                    hosted.acknowledged(node).ifPresent(entries -> memory.saw(node, group, entries, now));
                }
            }
        }
        memory.keep(group -> shards.containsKey(GroupNames.shardOf(group)));
    }

    /** Begins to compare the states of the replicas here with those of others. */
    void compareStates() {
        new StateComparer(
                        runtime.links(),
                        threads.host,
                        shards::values,
                        () -> plan.others(self),
                        config.time(),
                        config.metrics())
                .start();
    }

    /** Reads the last snapshot of every replica again. */
    ScrubResult scrubSnapshots(LongConsumer pace) throws IOException {
        ScrubResult all = ScrubResult.NOTHING;
        for (HostedShard hosted : shards.values()) {
            ShardId shard = hosted.shard();
            all = all.plus(
                    new SnapshotScrub(GroupNames.of(shard), directory(shard), hosted::verifySnapshot, hosted::snapshot)
                            .scrub(pace));
        }
        return all;
    }

    /** A leader without room goes on until another voter has taken over, if one can, as long as there is some room left for that. */
    private Optional<Error> refusal(ShardDirective directive) {
        if (disk.hasRoom()) {
            return Optional.empty();
        }
        String text = "disk of " + self + ": " + disk.report().text();
        if (directive.leaderWanted().isEmpty()) {
            return Optional.of(Errors.of(Reason.REASON_DISK_FULL, text));
        }
        return disk.takesEntries() ? Optional.empty() : Optional.of(Errors.of(Reason.REASON_NO_LEADER, text));
    }

    /**
     * The disk stands still: no replica proposes any more, and all leaderships are handed to voters that can take them. May wait for
     * Raft's locks, so it runs on no thread that others need.
     */
    void giveUp() {
        ShardPlan present = plan;
        shards.values().forEach(HostedShard::suspend);
        shards.forEach((shard, hosted) -> present.shard(shard)
                .ifPresent(placed -> hosted.giveUp(present.heirs(placed, self).stream()
                        .filter(runtime.links()::mayLead)
                        .toList())));
    }

    /** Stops every replica. */
    void close() {
        shards.values().forEach(HostedShard::close);
        shards.clear();
    }
}
