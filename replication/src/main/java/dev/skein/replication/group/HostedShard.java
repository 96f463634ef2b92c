package dev.skein.replication.group;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ShardPolicy;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.ChannelPage;
import dev.skein.replication.ChannelQuery;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.Mutation;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.ReplicaRole;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ShardReplica;
import dev.skein.replication.disk.DiskFitness;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.replication.presence.ShardPresence;
import dev.skein.replication.shard.AppliedPoint;
import dev.skein.replication.shard.ApplyBatch;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.replication.shard.SnapshotDamagedException;
import dev.skein.replication.shard.SnapshotTask;
import dev.skein.replication.store.StoreException;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard's replica: consensus below, deterministic state above.
 *
 * <p>The machine is changed on the group's apply thread only. {@link #tick} runs on the host's one thread. Everything else may be
 * called from anywhere.
 */
public final class HostedShard implements ShardReplica, GroupMachine {

    private static final Logger LOG = LoggerFactory.getLogger(HostedShard.class);

    /** How often old messages are looked for, and how long a hand-over is given before the next. */
    private static final long TRIM_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long TRANSFER_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long TRANSFER_PAUSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

    /** A proposal of the policy may be lost with a hand-over that failed; applying it twice is harmless. */
    private static final long POLICY_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ShardId shard;
    private final ShardMachine machine;
    private final MessageArchive archive;
    private final TimeSource time;
    private final DiskFitness disk;
    private final Consumer<Throwable> onStorageFailure;
    private final SnapshotDistance distance;
    private final Proposer proposer;
    private final HostedPresence presence;
    private final NodeId self;
    private final StateJury jury = new StateJury();

    private volatile @Nullable ShardLog log;
    private volatile Optional<NodeId> leader = Optional.empty();
    private volatile Optional<String> fenced = Optional.empty();
    private volatile boolean closed;
    // Why publishes are refused here although this replica leads; told by the host's thread.
    private volatile Optional<Error> refusal = Optional.empty();
    // The term in which this replica leads; 0 when it doesn't. Written by the apply thread.
    private volatile long leadingTerm;

    /**
     * First index that the latest snapshot written here still needs. Entries below go when the next one begins, because only then
     * is the latest one certain to be the oldest that a restart may begin from.
     */
    private volatile long neededBySnapshot;

    private long policyProposedInTerm;
    private long policyProposed;
    private long policyProposedNanos;
    private long lastTrimNanos;
    private long lastTransferNanos;
    // A target that doesn't take over, in the same term, is asked less and less often: each try stops publishing for a
    // while.
    private long lastTransferTerm;
    private long transferPauseNanos = TRANSFER_PAUSE_NANOS;

    /**
     * A replica whose log isn't attached yet.
     *
     * @param machine the shard's state
     * @param archive where old entries are kept
     * @param environment what all shards of a node share
     */
    public HostedShard(ShardId shard, ShardMachine machine, MessageArchive archive, ShardEnvironment environment) {
        this.shard = shard;
        this.machine = machine;
        this.archive = archive;
        this.time = environment.time();
        this.self = environment.self();
        this.disk = environment.disk();
        this.onStorageFailure = environment.onStorageFailure();
        this.distance = new SnapshotDistance(environment.snapshotEntries(), environment.snapshotBytes());
        this.proposer = new Proposer(
                this::requireLog,
                new LogClock(time),
                time,
                environment.unapplied(),
                environment.timer(),
                () -> machine.applied().logTimeMillis());
        this.presence =
                new HostedPresence(machine, proposer, time, this::noLeases, () -> refusal, this::requireRunning);
        this.lastTrimNanos = time.nanoTime();
        this.lastTransferNanos = time.nanoTime();
    }

    /** Connects the replica to its log, once that has started. */
    public void attach(ShardLog started) {
        log = started;
    }

    private ShardLog requireLog() {
        ShardLog attached = log;
        if (attached == null) {
            throw new IllegalStateException("shard " + shard + " has no log yet");
        }
        return attached;
    }

    // -------------------------------------------------------------------------------------------------- for the server

    @Override
    public ShardId shard() {
        return shard;
    }

    @Override
    public boolean isLeader() {
        return proposer.isOpen();
    }

    @Override
    public Optional<NodeId> leader() {
        return leader;
    }

    @Override
    public ReplicaReport report() {
        ShardLog attached = log;
        return attached == null ? reportWithoutLog() : report(attached.status());
    }

    // Raft's index is read before the machine's: if it is the larger one, what lies between are Raft's own entries, and
    // the
    // machine's digest stands for both.
    private ReplicaReport report(ShardLog.Status status) {
        AppliedPoint applied = machine.applied();
        return new ReplicaReport(
                shard,
                fenced.isPresent() ? ReplicaRole.FENCED : status.role(),
                status.term(),
                status.leader(),
                status.lastIndex(),
                status.committedIndex(),
                Math.max(applied.index(), status.appliedIndex()),
                applied.digest(),
                nodes(status.voters()),
                nodes(status.learners()),
                fenced,
                proposer.queueBytes());
    }

    private ReplicaReport reportWithoutLog() {
        AppliedPoint applied = machine.applied();
        ReplicaRole role = fenced.isPresent() ? ReplicaRole.FENCED : ReplicaRole.FOLLOWER;
        return new ReplicaReport(
                shard, role, 0, leader, 0, 0, applied.index(), applied.digest(), List.of(), List.of(), fenced, 0);
    }

    private static List<NodeId> nodes(List<String> members) {
        return members.stream()
                .map(member -> new NodeId(member.substring(0, member.lastIndexOf(':'))))
                .toList();
    }

    @Override
    public void publish(SectionView section, Consumer<PublishOutcome> whenDone) {
        if (HastyLeader.IS_ON && isLeader()) {
            HastyLeader.propose(machine, section, whenDone)
                    .ifPresent(told -> proposer.publish(section, told, notLeading()));
            return;
        }
        Optional<Error> refused = refusal;
        if (refused.isPresent() && proposer.isOpen()) {
            whenDone.accept(new PublishOutcome.Refused(refused.get()));
        } else {
            proposer.publish(section, whenDone, notLeading());
        }
    }

    private Error notLeading() {
        Optional<String> stopped = fenced;
        if (stopped.isPresent()) {
            return Errors.of(Reason.REASON_SHARD_FENCED, "shard " + shard + ": " + stopped.get());
        }
        Optional<NodeId> known = leader;
        if (known.isPresent() && leadingTerm == 0) {
            return Errors.of(
                    Reason.REASON_NOT_LEADER,
                    "shard " + shard + " is led by " + known.get(),
                    Map.of("leader", known.get().value()));
        }
        return Errors.of(Reason.REASON_NO_LEADER, "shard " + shard + " has no leader now").toBuilder()
                .setRetryAfterMs(50)
                .build();
    }

    @Override
    public CompletableFuture<Void> confirmRead() {
        if (Mutation.UNCONFIRMED_READS.isOn()) {
            return CompletableFuture.completedFuture(null);
        }
        ShardLog attached = log;
        return attached == null ? CompletableFuture.failedFuture(starting()) : attached.confirmRead();
    }

    @Override
    public ChannelExtent extent(String channel) {
        requireRunning();
        return machine.extent(channel);
    }

    @Override
    public ChannelPage read(ChannelQuery query) {
        requireWhole();
        return machine.read(query);
    }

    @Override
    public Following follow(String channel, TailListener listener) {
        requireRunning();
        Following following = machine.follow(channel, listener);
        if (stopped()) {
            following.close();
            requireRunning();
        }
        return following;
    }

    @Override
    public ShardPresence presence() {
        return presence;
    }

    // A lease begins when everything that was committed before is applied: until then there are holders that aren't
    // known here.
    private Optional<Error> noLeases() {
        return leadingTerm == 0 || !proposer.isOpen() ? Optional.of(notLeading()) : Optional.empty();
    }

    private boolean stopped() {
        return closed || fenced.isPresent();
    }

    private void requireRunning() {
        if (stopped()) {
            throw new ReplicationException(
                    Errors.of(Reason.REASON_SHARD_FENCED, "shard " + shard + ": stopped on this node"));
        }
    }

    @Override
    public CompletableFuture<Void> transferLeadership(NodeId to) {
        ShardLog attached = log;
        return attached == null ? CompletableFuture.failedFuture(starting()) : attached.transferLeadership(to);
    }

    @Override
    public CompletableFuture<Void> snapshot() {
        ShardLog attached = log;
        return attached == null ? CompletableFuture.failedFuture(starting()) : attached.snapshot();
    }

    @Override
    public void dump(Consumer<DumpedMessage> rows) {
        requireWhole();
        machine.dump(rows);
    }

    private void requireWhole() {
        requireRunning();
        if (!isWhole()) {
            throw new ReplicationException(Errors.of(
                    Reason.REASON_NO_REPLICA, "shard " + shard + ": older messages are still being fetched here"));
        }
    }

    // Usually nothing at all is missing, which is cheaper to see than what is needed.
    private boolean isWhole() {
        return archive.isWholeFrom(0) || archive.isWholeFrom(machine.oldestRetainedIndex());
    }

    private ReplicationException starting() {
        return new ReplicationException(Errors.of(Reason.REASON_STARTING, "shard " + shard + " is starting"));
    }

    // -------------------------------------------------------------------------------------------------- on the host's
    // thread

    /** Looks after the shard: policy, members, old messages, snapshots, and where the leader should be. */
    public void tick(ShardDirective directive) {
        ShardLog attached = log;
        if (attached == null || fenced.isPresent()) {
            return;
        }
        if (!isWhole()) {
            archive.fetchMissing(machine.oldestRetainedIndex(), leader);
        }
        if (disk.hasRoom() && distance.takeIfDue()) {
            takeSnapshot(attached);
        }
        long term = leadingTerm;
        if (term != 0) {
            lead(attached, directive, term);
        }
    }

    /** Refuses publishes although this replica leads, or takes them again. */
    public void refuse(Optional<Error> why) {
        refusal = why;
    }

    /** Proposes nothing more as long as the disk stands still. Neither waits for the disk nor for anybody who does; any thread. */
    public void suspend() {
        proposer.close(notLeading());
    }

    /** Hands leadership, if it is here, to the first of the heirs that can take it. May wait for the group's lock; any thread. */
    public void giveUp(List<NodeId> heirs) {
        ShardLog attached = log;
        if (attached == null || leadingTerm == 0) {
            return;
        }
        for (NodeId heir : heirs) {
            if (!attached.transferLeadership(heir).isCompletedExceptionally()) {
                LOG.info("shard {}: leadership goes to {}: the disk here stands still", shard, heir);
                return;
            }
        }
        LOG.info("shard {}: nobody of {} can take leadership now; the others elect", shard, heirs);
    }

    private void lead(ShardLog attached, ShardDirective directive, long term) {
        if (machine.policyVersion() < directive.policy().getVersion()) {
            proposePolicy(directive.policy(), term);
            return;
        }
        if (!proposer.isOpen()) {
            openIfReady();
        }
        attached.stepTowards(directive.voters(), directive.learners());
        presence.tick(machine.policy());
        long now = time.nanoTime();
        long ageMillis = directive.policy().getRetention().getAgeMs();
        if (ageMillis > 0 && now - lastTrimNanos > TRIM_PAUSE_NANOS) {
            lastTrimNanos = now;
            proposer.proposeTrim(ageMillis, machine.oldestRetainedMillis());
        }
        if (directive.leaderWanted().isPresent() && now - lastTransferNanos > transferPauseNanos) {
            boolean again = term == lastTransferTerm;
            transferPauseNanos =
                    again ? Math.min(2 * transferPauseNanos, TRANSFER_PAUSE_NANOS_MAX) : TRANSFER_PAUSE_NANOS;
            lastTransferTerm = term;
            lastTransferNanos = now;
            moveLeader(attached, directive.leaderWanted().get());
        }
    }

    private void proposePolicy(ShardPolicy policy, long term) {
        long now = time.nanoTime();
        boolean asked = policyProposedInTerm == term && policyProposed == policy.getVersion();
        if (!asked || now - policyProposedNanos > POLICY_PAUSE_NANOS) {
            policyProposedInTerm = term;
            policyProposed = policy.getVersion();
            policyProposedNanos = now;
            proposer.proposePolicy(policy, term);
        }
    }

    private void moveLeader(ShardLog attached, NodeId to) {
        attached.transferLeadership(to).exceptionally(refused -> {
            LOG.debug("shard {}: leadership stays: {}", shard, refused.getMessage());
            return null;
        });
    }

    /** What a node's replica has acknowledged to this one; see {@link ShardLog#acknowledged}. */
    public Optional<ShardLog.Acknowledged> acknowledged(NodeId node) {
        ShardLog attached = log;
        return attached == null ? Optional.empty() : attached.acknowledged(node);
    }

    /** Last applied index. */
    public long appliedIndex() {
        return machine.appliedIndex();
    }

    /** This replica's state at some indexes, for others to compare with theirs; any thread. */
    public Map<Long, Long> statePoints() {
        return fenced.isPresent() ? Map.of() : machine.statePoints();
    }

    /**
     * Compares with what another node says of its replica; stops this one if it is the odd one out.
     *
     * @return pairs compared
     */
    public int compare(NodeId node, Map<Long, Long> points) {
        ShardLog attached = log;
        if (attached == null || stopped()) {
            return 0;
        }
        jury.hear(node, points);
        ShardLog.Status status = attached.status();
        List<NodeId> others = Stream.concat(nodes(status.voters()).stream(), nodes(status.learners()).stream())
                .filter(other -> !other.equals(self))
                .toList();
        StateJury.Verdict verdict = jury.judge(machine.statePoints(), others);
        verdict.difference().ifPresent(difference -> differs(attached, difference));
        return verdict.compared();
    }

    private void differs(ShardLog attached, StateJury.Difference difference) {
        String text = "shard " + shard + ": " + difference.text();
        if (difference.isMost()) {
            attached.fence(text);
        } else {
            LOG.warn("{}; no majority says whose is right", text);
        }
    }

    /**
     * Reads a snapshot of this shard again.
     *
     * @throws IOException when it is damaged or isn't there
     */
    public void verifySnapshot(Path directory) throws IOException {
        machine.verifySnapshot(directory);
    }

    private void takeSnapshot(ShardLog attached) {
        attached.snapshot().exceptionally(failed -> {
            LOG.warn("shard {}: no snapshot: {}", shard, failed.getMessage());
            return null;
        });
    }

    // -------------------------------------------------------------------------------------------------- on the apply
    // thread

    @Override
    public void apply(CommittedEntries entries) {
        List<Applied> mine = new ArrayList<>();
        try {
            apply(entries, mine);
        } catch (RuntimeException | java.lang.Error broken) {
            if (broken instanceof StoreException failed && !failed.damaged() && !closed) {
                onStorageFailure.accept(failed);
            }
            Error unknown = Errors.of(Reason.REASON_OUTCOME_UNKNOWN, "shard " + shard + " stopped while applying");
            mine.forEach(applied -> applied.entry().failed(unknown));
            throw broken;
        }
        mine.forEach(applied -> applied.tell().run());
        openIfReady();
    }

    private void apply(CommittedEntries entries, List<Applied> mine) {
        ApplyBatch batch = machine.begin();
        long index = 0;
        long term = 0;
        while (entries.next()) {
            index = entries.index();
            term = entries.term();
            var data = entries.data();
            List<PublishOutcome> outcomes = batch.apply(index, term, data);
            distance.applied(data.size());
            Proposal proposal = entries.proposal();
            if (proposal instanceof Proposer.ProposedEntry proposed) {
                mine.add(new Applied(proposed, () -> proposed.applied(outcomes)));
            } else if (proposal instanceof Proposer.ProposedPresence proposed) {
                List<PresenceOutcome> changes = batch.presence();
                mine.add(new Applied(proposed, () -> proposed.applied(changes)));
            }
        }
        batch.finish();
        archive.committed(index, term);
        proposer.logTimeIs(machine.logTimeMillis());
        ShardLog attached = log;
        if (attached != null && proposer.isOpen()) {
            attached.pushCommit(index, term);
        }
    }

    // A round trip before the first entry of the term is committed: what is proposed now is committed together with it.
    @Override
    public void elected(long term) {
        if (machine.policyVersion() > 0 && fenced.isEmpty() && !closed && disk.takesRequests() && !proposer.isOpen()) {
            proposer.open(term);
        }
    }

    @Override
    public void notElected(long term) {
        proposer.close(term, notLeading());
    }

    @Override
    public void leaderStarted(long term) {
        presence.leads();
        leadingTerm = term;
        openIfReady();
    }

    // Publishes wait until the namespace's policy is in force: the first one gives the shard its epoch.
    private void openIfReady() {
        long term = leadingTerm;
        if (term != 0 && machine.policyVersion() > 0 && disk.takesRequests() && !proposer.isOpen()) {
            proposer.open(term);
            if (leadingTerm != term || !disk.takesRequests()) {
                proposer.close(notLeading());
            }
        }
    }

    @Override
    public void leaderStopped() {
        leadingTerm = 0;
        proposer.close(notLeading());
    }

    @Override
    public void leaderKnown(Optional<NodeId> node) {
        leader = node;
    }

    @Override
    public SnapshotWrite captureSnapshot() {
        archive.keepFrom(neededBySnapshot);
        SnapshotTask task = machine.prepareSnapshot();
        return directory -> {
            try (task) {
                distance.written(task.write(directory));
            }
            neededBySnapshot = task.oldestRetainedIndex();
        };
    }

    @Override
    public void loadSnapshot(Path directory, long index, long term) throws IOException {
        // What the state holds already isn't read again, so rot in a snapshot that nobody needs harms nobody.
        if (machine.appliedIndex() < index && replaceState(directory)) {
            neededBySnapshot = machine.oldestRetainedIndex();
            archive.keepFrom(neededBySnapshot);
        }
        archive.committed(index, term);
    }

    private boolean replaceState(Path directory) throws IOException {
        try {
            return machine.loadSnapshot(directory);
        } catch (SnapshotDamagedException damaged) {
            if (log == null) {
                // This node's own snapshot: the log before it is gone, so nothing here can take its place.
                onStorageFailure.accept(damaged);
            }
            throw damaged;
        }
    }

    @Override
    public void failed(String reason) {
        fenced = Optional.of(reason);
        leadingTerm = 0;
        leader = Optional.empty();
        proposer.close(notLeading());
        machine.close();
        LOG.error("shard {} is fenced on this node: {}", shard, reason);
    }

    /** Stops the replica; blocks until its apply thread has left. */
    public void close() {
        closed = true;
        proposer.close(notLeading());
        ShardLog attached = log;
        if (attached != null) {
            attached.close();
        }
        machine.close();
    }

    /**
     * An entry of this replica's own, applied.
     *
     * @param tell tells its outcome, once readers may see it
     */
    private record Applied(Proposal entry, Runnable tell) {}
}
