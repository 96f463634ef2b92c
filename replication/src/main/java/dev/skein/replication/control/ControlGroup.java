package dev.skein.replication.control;

import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.group.CheckedFile;
import dev.skein.replication.group.GroupMachine;
import dev.skein.replication.group.Proposal;
import dev.skein.replication.group.ShardLog;
import dev.skein.wire.Errors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's replica of the control group. The machine is owned by the group's apply thread; listeners are called on the given
 * executor, which must be serial, with each newer state.
 */
public final class ControlGroup implements GroupMachine {

    private static final Logger LOG = LoggerFactory.getLogger(ControlGroup.class);

    private static final String SNAPSHOT_FILE = "state";

    /** Commands between snapshots: they are small and rare, and the state is small too. */
    private static final int SNAPSHOT_COMMANDS = 1_000;

    private final ControlMachine machine;
    private final Executor listenerExecutor;
    private final List<Consumer<ControlState>> listeners = new ArrayList<>();

    private volatile @Nullable ShardLog log;
    private volatile long leadingTerm;
    private volatile Optional<NodeId> leader = Optional.empty();
    private volatile Optional<String> failure = Optional.empty();
    private int commandsSinceSnapshot;
    private BiConsumer<Long, Long> applied = (index, term) -> {};

    public ControlGroup(ControlMachine machine, Executor listenerExecutor) {
        this.machine = machine;
        this.listenerExecutor = listenerExecutor;
    }

    /** Told of each batch that was applied, by its last index and term; on the apply thread. Set before the group starts. */
    public void whenApplied(BiConsumer<Long, Long> listener) {
        applied = listener;
    }

    /**
     * Reads a snapshot of this group again.
     *
     * @throws IOException when it is damaged or isn't there
     */
    public void verifySnapshot(Path directory) throws IOException {
        CheckedFile.read(directory.resolve(SNAPSHOT_FILE));
    }

    /** Connects the group to its log, once both exist. */
    public void attach(ShardLog started) {
        log = started;
    }

    /** The log, once attached. */
    public Optional<ShardLog> log() {
        return Optional.ofNullable(log);
    }

    /** The state as this node knows it. */
    public ControlState state() {
        return machine.state();
    }

    /** The group's leader as this node knows it. */
    public Optional<NodeId> leader() {
        return leader;
    }

    /** Whether this node leads the group. */
    public boolean leads() {
        return leadingTerm != 0;
    }

    /** Why the replica stopped, if it did. */
    public Optional<String> failure() {
        return failure;
    }

    /** Registers a listener and tells it the present state. */
    public void onState(Consumer<ControlState> listener) {
        listenerExecutor.execute(() -> {
            listeners.add(listener);
            tell(listener, machine.state());
        });
    }

    /**
     * Proposes a command.
     *
     * @return the state's version after it; fails with {@link ReplicationException}
     */
    public CompletableFuture<Long> propose(ControlCommand command) {
        ShardLog target = log;
        long term = leadingTerm;
        if (target == null || term == 0) {
            return CompletableFuture.failedFuture(new ReplicationException(notLeader()));
        }
        PendingCommand pending = new PendingCommand();
        target.propose(command.toByteString().asReadOnlyByteBuffer(), term, pending);
        return pending.version;
    }

    private Error notLeader() {
        return leader.map(node -> Errors.of(
                        Reason.REASON_NOT_LEADER,
                        "the control group is led by " + node,
                        Map.of("leader", node.value())))
                .orElseGet(() -> Errors.of(Reason.REASON_NO_LEADER, "the control group has no leader"));
    }

    // ------------------------------------------------------------------------------------------------------ apply
    // thread

    @Override
    public void apply(CommittedEntries entries) {
        long index = 0;
        long term = 0;
        while (entries.next()) {
            index = entries.index();
            term = entries.term();
            applyOne(index, entries.data(), entries.proposal());
        }
        stateChanged();
        applied.accept(index, term);
        ShardLog attached = log;
        if (attached != null && index > 0) {
            attached.pushCommit(index, term);
            snapshotIfDue(attached);
        }
    }

    private void applyOne(long index, ByteString data, @Nullable Proposal proposal) {
        commandsSinceSnapshot++;
        ControlCommand command = ControlMachine.decode(data)
                .orElseThrow(() -> new IllegalStateException("control entry " + index + " is no command"));
        Error refusal = machine.apply(index, command);
        if (proposal instanceof PendingCommand pending) {
            pending.applied(index, refusal);
        }
    }

    private void snapshotIfDue(ShardLog attached) {
        if (commandsSinceSnapshot >= SNAPSHOT_COMMANDS) {
            commandsSinceSnapshot = 0;
            attached.snapshot().exceptionally(failed -> {
                LOG.warn("control group: no snapshot: {}", failed.getMessage());
                return null;
            });
        }
    }

    private void stateChanged() {
        ControlState state = machine.state();
        try {
            listenerExecutor.execute(() -> listeners.forEach(listener -> tell(listener, state)));
        } catch (RejectedExecutionException closing) {
            LOG.debug("control state {} comes while the node stops", state.getVersion());
        }
    }

    private static void tell(Consumer<ControlState> listener, ControlState state) {
        try {
            listener.accept(state);
        } catch (RuntimeException defect) {
            LOG.error("listener of the control state failed at version {}", state.getVersion(), defect);
        }
    }

    @Override
    public void leaderStarted(long term) {
        leadingTerm = term;
    }

    @Override
    public void leaderStopped() {
        leadingTerm = 0;
    }

    @Override
    public void leaderKnown(Optional<NodeId> node) {
        leader = node;
    }

    @Override
    public SnapshotWrite captureSnapshot() {
        ByteString state = machine.state().toByteString();
        return directory -> CheckedFile.write(directory.resolve(SNAPSHOT_FILE), state);
    }

    @Override
    public void loadSnapshot(Path directory, long index, long term) throws IOException {
        machine.load(ControlState.parseFrom(CheckedFile.read(directory.resolve(SNAPSHOT_FILE))));
        stateChanged();
    }

    @Override
    public void failed(String reason) {
        leadingTerm = 0;
        failure = Optional.of(reason);
        LOG.error("control group stopped on this node: {}", reason);
    }

    private static final class PendingCommand implements Proposal {

        private final CompletableFuture<Long> version = new CompletableFuture<>();

        void applied(long index, @Nullable Error refusal) {
            if (refusal == null) {
                version.completeAsync(() -> index);
            } else {
                failed(refusal);
            }
        }

        @Override
        public void failed(Error error) {
            CompletableFuture.runAsync(() -> version.completeExceptionally(new ReplicationException(error)));
        }
    }
}
