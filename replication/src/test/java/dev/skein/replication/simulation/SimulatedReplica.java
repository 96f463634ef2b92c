package dev.skein.replication.simulation;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.ByteString;
import dev.skein.core.ByteBudget;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.testing.History;
import dev.skein.core.testing.VirtualTime;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.DumpedMessage;
import dev.skein.replication.ReplicaRole;
import dev.skein.replication.disk.DiskFitness;
import dev.skein.replication.group.GroupMachine.CommittedEntries;
import dev.skein.replication.group.GroupMachine.SnapshotWrite;
import dev.skein.replication.group.HostedShard;
import dev.skein.replication.group.MessageArchive;
import dev.skein.replication.group.Proposal;
import dev.skein.replication.group.ShardDirective;
import dev.skein.replication.group.ShardEnvironment;
import dev.skein.replication.group.ShardLog;
import dev.skein.replication.shard.ShardMachine;
import dev.skein.replication.shard.ShardMetrics;
import dev.skein.wire.Errors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One node's replica: a real {@link HostedShard} with its machine, between a simulated log and a store that a crash sets back. Stands
 * for JRaft: it calls the shard as {@code MachineAdapter} does.
 */
final class SimulatedReplica implements ShardLog, MessageArchive {

    static final ShardId SHARD = new ShardId("default", 3);

    private static final ShardMetrics METRICS = new ShardMetrics(new MetricRegistry());
    private static final long TICK_MILLIS = 100;
    private static final int FAILING_EVERY = 8;

    private final NodeId node;
    private final VirtualTime time;
    private final Random random;
    private final SimulatedLog log;
    private final History history;
    private final Defect defect;
    private final Supplier<Path> directories;
    private final ShardEnvironment environment;
    private final ShardDirective directive;
    private final int applyNanosMax;
    private final Set<Proposal> pending = new LinkedHashSet<>();

    private CrashingStore store = new CrashingStore();
    private ShardMachine machine;
    private HostedShard shard;
    // Counts the lives; what was meant for an earlier one is forgotten.
    private int life;
    private boolean up;
    // The term in which this replica believes that it leads.
    private long leading;
    private long applied;
    private long mayApplyTo;
    private boolean applying;
    private boolean snapshotting;
    private boolean installed;
    private long holdsFrom;
    private @Nullable Snapshot snapshot;

    SimulatedReplica(
            NodeId node,
            VirtualTime time,
            Random random,
            SimulatedLog log,
            History history,
            Defect defect,
            Supplier<Path> directories,
            ShardDirective directive) {
        this.node = node;
        this.time = time;
        this.random = random;
        this.log = log;
        this.history = history;
        this.defect = defect;
        this.directories = directories;
        this.directive = directive;
        this.environment = new ShardEnvironment(
                node,
                time,
                new VirtualTimer(time),
                ByteBudget.ofHeap(),
                6 + random.nextInt(20),
                1 << 20,
                DiskFitness.WELL,
                failure -> {
                    throw new AssertionError(failure);
                });
        this.applyNanosMax = 1_000_000 * (1 + random.nextInt(40));
        log.add(this);
        machine = newMachine();
        shard = newShard();
        up = true;
        tickLater();
    }

    NodeId node() {
        return node;
    }

    HostedShard shard() {
        return shard;
    }

    ShardMachine machine() {
        return machine;
    }

    List<DumpedMessage> dump() {
        List<DumpedMessage> rows = new ArrayList<>();
        machine.dump(rows::add);
        return rows;
    }

    boolean isUp() {
        return up;
    }

    long appliedIndex() {
        return applied;
    }

    Optional<Snapshot> snapshotTaken() {
        return Optional.ofNullable(snapshot);
    }

    // ---- what Raft does to it

    /** The word comes by another thread, perhaps when it is over already. */
    void elected(long term) {
        if (leading != 0) {
            stepDown();
        }
        leading = term;
        later(random.nextInt(5_000_000), () -> {
            shard.elected(term);
            if (leading != term) {
                shard.notElected(term);
            }
        });
    }

    void hearOfLeader(NodeId leader, long term) {
        later(1_000_000 * random.nextInt(120), () -> {
            if (leading != 0 && leading < term) {
                stepDown();
            }
            if (leading == 0) {
                shard.leaderKnown(Optional.of(leader));
            }
        });
    }

    void deposed(long term) {
        later(1_000_000 * random.nextInt(300), () -> {
            if (leading == term) {
                stepDown();
            }
        });
    }

    void mayApply(long index, int inNanos) {
        later(inNanos, () -> {
            if (leading == 0 || log.leader().filter(this::equals).isPresent()) {
                mayApplyTo = Math.max(mayApplyTo, index);
                applyLater();
            }
        });
    }

    private void stepDown() {
        leading = 0;
        shard.leaderStopped();
        shard.leaderKnown(Optional.empty());
        List<Proposal> lost = List.copyOf(pending);
        pending.clear();
        Reason reason =
                defect == Defect.UNKNOWN_TOLD_AS_FAILED ? Reason.REASON_NO_LEADER : Reason.REASON_OUTCOME_UNKNOWN;
        lost.forEach(each -> each.failed(Errors.of(reason, "stepped down")));
    }

    private void applyLater() {
        if (!applying && applied < mayApplyTo) {
            applying = true;
            later(random.nextInt(applyNanosMax), () -> {
                applying = false;
                applySome(1 + random.nextInt(6));
                applyLater();
            });
        }
    }

    private void applySome(int max) {
        long to = Math.min(Math.min(mayApplyTo, log.committedIndex()), applied + max);
        if (to <= applied) {
            return;
        }
        SimulatedLog.Entry first = log.entry(applied + 1).orElseThrow();
        if (first.data() == null) {
            applied++;
            if (first.term() == leading) {
                shard.leaderStarted(leading);
            }
        } else {
            shard.apply(new Entries(to));
            history.digest(machine.appliedIndex(), machine.digest());
        }
    }

    // ---- faults

    void crash() {
        up = false;
        life++;
        leading = 0;
        pending.clear();
        applying = false;
        snapshotting = false;
        machine.close();
    }

    /** Starts from its last snapshot and what its store had written, whichever is farther. */
    void restart() {
        store = store.afterCrash();
        machine = newMachine();
        shard = newShard();
        up = true;
        Snapshot from = snapshot;
        applied = 0;
        if (from != null) {
            load(from);
        }
        boolean whole = installed || isWholeFrom(machine.oldestRetainedIndex());
        History.check(whole, () -> node + " comes back without entries that it needs");
        applied += defect == Defect.SKIPPED_ENTRY ? 1 : 0;
        mayApplyTo = 0;
        log.leader().ifPresent(leader -> hearOfLeader(leader.node(), 0));
        mayApply(log.committedIndex(), 1_000_000 * random.nextInt(200));
        tickLater();
    }

    /** What the store holds now survives a crash. */
    void flushStore() {
        store.flush();
    }

    /** Gets another replica's snapshot, as one does whose log is far behind. */
    void install(Snapshot theirs) {
        if (leading == 0 && theirs.index() > applied) {
            installed = true;
            holdsFrom = theirs.index() + 1;
            snapshot = theirs;
            load(theirs);
        }
    }

    private void load(Snapshot from) {
        try {
            shard.loadSnapshot(from.directory(), from.index(), from.term());
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
        applied = from.index();
        history.digest(machine.appliedIndex(), machine.digest());
    }

    // ---- as the shard's log

    @Override
    public void propose(ByteBuffer entry, long expectedTerm, Proposal proposal) {
        if (leading != expectedTerm || random.nextInt(100) == 0) {
            later(0, () -> proposal.failed(Errors.of(Reason.REASON_NO_LEADER, "not appended")));
            return;
        }
        pending.add(proposal);
        log.append(this, expectedTerm, entry, proposal);
    }

    @Override
    public CompletableFuture<Void> snapshot() {
        if (snapshotting) {
            return CompletableFuture.failedFuture(new IllegalStateException("one at a time"));
        }
        snapshotting = true;
        SnapshotWrite capture = shard.captureSnapshot();
        long index = applied;
        later(1_000_000 * random.nextInt(100), () -> {
            snapshotting = false;
            write(capture, index);
        });
        return CompletableFuture.completedFuture(null);
    }

    private void write(SnapshotWrite capture, long index) {
        Path directory = directories.get();
        if (random.nextInt(FAILING_EVERY) == 0) {
            fail(capture, directory.resolve("missing"));
            return;
        }
        try {
            if (!Files.exists(directory)) {
                Files.createDirectory(directory);
            }
            capture.writeTo(directory);
            snapshot = new Snapshot(
                    directory,
                    index,
                    log.entry(index).map(SimulatedLog.Entry::term).orElse(0L));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        if (defect == Defect.EAGER_RECLAIM) {
            keepFrom(machine.oldestRetainedIndex());
        }
    }

    /** The disk fails: the snapshot before this one is still what a restart begins from. */
    private static void fail(SnapshotWrite capture, Path missing) {
        try {
            capture.writeTo(missing);
        } catch (IOException failed) {
            return;
        }
        throw new AssertionError("written to a directory that isn't there: " + missing);
    }

    @Override
    public void pushCommit(long index, long term) {
        if (leading != 0) {
            log.pushCommit(this);
        }
    }

    @Override
    public Status status() {
        ReplicaRole role = leading == 0 ? ReplicaRole.FOLLOWER : ReplicaRole.LEADER;
        return new Status(role, leading, Optional.empty(), applied, applied, applied, List.of(), List.of());
    }

    @Override
    public CompletableFuture<Void> confirmRead() {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public CompletableFuture<Void> transferLeadership(NodeId to) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public void stepTowards(List<String> voters, List<String> learners) {}

    @Override
    public Optional<Acknowledged> acknowledged(NodeId member) {
        return Optional.empty();
    }

    @Override
    public void fence(String reason) {
        throw new AssertionError("fenced: " + reason);
    }

    @Override
    public void close() {}

    // ---- as the shard's archive

    @Override
    public boolean isWholeFrom(long index) {
        return holdsFrom <= index;
    }

    @Override
    public void keepFrom(long index) {
        holdsFrom = Math.max(holdsFrom, index);
    }

    @Override
    public void committed(long index, long term) {}

    @Override
    public void fetchMissing(long index, Optional<NodeId> from) {
        if (!installed) {
            throw new AssertionError(node + " lacks entries from " + index + " on, and holds those from " + holdsFrom);
        }
        later(1_000_000 * random.nextInt(200), () -> holdsFrom = Math.min(holdsFrom, index));
    }

    // ---- inside

    /** Later, unless this life is over by then. */
    void later(int nanos, Runnable task) {
        int meant = life;
        time.after(nanos, () -> {
            if (up && life == meant) {
                task.run();
            }
        });
    }

    private void tickLater() {
        later((int) (TICK_MILLIS * 1_000_000), () -> {
            shard.tick(directive);
            tickLater();
        });
    }

    private ShardMachine newMachine() {
        return new ShardMachine(SHARD, store, this::heldEntry, time, METRICS);
    }

    private Optional<ByteString> heldEntry(long index) {
        return index < holdsFrom ? Optional.empty() : log.entry(index).map(SimulatedLog.Entry::data);
    }

    private HostedShard newShard() {
        HostedShard fresh = new HostedShard(SHARD, machine, this, environment);
        fresh.attach(this);
        return fresh;
    }

    /** A snapshot on disk. */
    record Snapshot(Path directory, long index, long term) {}

    /** Committed entries up to an index or Raft's next own, whichever is first. */
    private final class Entries implements CommittedEntries {

        private final long to;
        private final boolean swapped;
        private SimulatedLog.Entry now = new SimulatedLog.Entry(0, null, null);

        Entries(long to) {
            this.to = to;
            this.swapped = defect == Defect.SWAPPED_ENTRIES && node.value().equals("n1");
        }

        @Override
        public boolean next() {
            if (applied >= to) {
                return false;
            }
            SimulatedLog.Entry next = log.entry(applied + 1).orElseThrow();
            if (next.data() == null) {
                return false;
            }
            applied++;
            now = next;
            return true;
        }

        @Override
        public long index() {
            return applied;
        }

        @Override
        public long term() {
            return now.term();
        }

        @Override
        public ByteString data() {
            ByteString other = swapped
                    ? log.entry(applied ^ 1).map(SimulatedLog.Entry::data).orElse(null)
                    : null;
            ByteString own = now.data();
            if (own == null) {
                throw new IllegalStateException("no entry");
            }
            return other == null ? own : other;
        }

        @Override
        public @Nullable Proposal proposal() {
            Proposal proposal = now.proposal();
            return proposal != null && pending.remove(proposal) ? proposal : null;
        }
    }
}
