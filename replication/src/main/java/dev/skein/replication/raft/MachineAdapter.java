package dev.skein.replication.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import dev.skein.replication.Mutation;
import dev.skein.replication.group.GroupMachine;
import dev.skein.replication.group.Proposal;
import dev.skein.replication.link.RaftPeers;
import dev.skein.replication.nodelog.DiskFault;
import dev.skein.wire.ByteRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries JRaft's calls to a {@link GroupMachine}. Every method runs on the group's FSM thread. */
final class MachineAdapter extends StateMachineAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(MachineAdapter.class);

    /** Files of a snapshot. The one name is enough: a snapshot is one file, and JRaft copies what is listed. */
    static final String SNAPSHOT_FILE = "state";

    private final String group;
    private final GroupMachine machine;
    private final Executor snapshotWriter;
    private final NodeId self;

    private volatile long leadingTerm;
    private volatile long electedTerm;
    private volatile long lastTerm;
    private volatile Optional<NodeId> leader = Optional.empty();
    private volatile @Nullable String failure;

    MachineAdapter(String group, NodeId self, GroupMachine machine, Executor snapshotWriter) {
        this.group = group;
        this.self = self;
        this.machine = machine;
        this.snapshotWriter = snapshotWriter;
    }

    /** The term in which this replica leads, 0 when it doesn't. */
    long leadingTerm() {
        return leadingTerm;
    }

    /** The term in which this replica may propose, 0 when it may not. It begins before the leading term, which JRaft tells after a commit. */
    long electedTerm() {
        return Math.max(electedTerm, leadingTerm);
    }

    /**
     * Followers are being sent to, so the replica was elected. On any thread, which may be late: so it is looked at again afterwards.
     *
     * @param stillLeads whether the replica leads in that term
     */
    void elected(long term, BooleanSupplier stillLeads) {
        electedTerm = term;
        machine.elected(term);
        if (!stillLeads.getAsBoolean()) {
            electedTerm = 0;
            machine.notElected(term);
        }
    }

    /** The latest term this replica heard a leader in. */
    long lastTerm() {
        return lastTerm;
    }

    Optional<NodeId> leader() {
        return leader;
    }

    boolean believesToLead() {
        return leader.equals(Optional.of(self));
    }

    /** Why the group stopped, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    @Override
    public void onApply(Iterator iterator) {
        machine.apply(new Entries(iterator));
    }

    @Override
    public void onLeaderStart(long term) {
        leadingTerm = term;
        lastTerm = term;
        leader = Optional.of(self);
        machine.leaderKnown(leader);
        machine.leaderStarted(term);
    }

    @Override
    public void onLeaderStop(Status status) {
        leadingTerm = 0;
        electedTerm = 0;
        leader = Mutation.LEASE_READS.isOn() ? leader : Optional.empty();
        machine.leaderStopped();
        machine.leaderKnown(leader);
    }

    @Override
    public void onStartFollowing(LeaderChangeContext context) {
        lastTerm = context.getTerm();
        leader = Optional.of(RaftPeers.node(context.getLeaderId()));
        machine.leaderKnown(leader);
    }

    @Override
    public void onStopFollowing(LeaderChangeContext context) {
        leader = Optional.empty();
        machine.leaderKnown(leader);
    }

    @Override
    public void onSnapshotSave(SnapshotWriter writer, Closure done) {
        GroupMachine.SnapshotWrite capture = machine.captureSnapshot();
        snapshotWriter.execute(() -> done.run(write(capture, writer)));
    }

    private Status write(GroupMachine.SnapshotWrite capture, SnapshotWriter writer) {
        try {
            Path directory = Path.of(writer.getPath());
            capture.writeTo(DiskFault.below(directory).snapshotInto(directory));
            return writer.addFile(SNAPSHOT_FILE) ? Status.OK() : notWritten("file not accepted");
        } catch (IOException | RuntimeException failed) {
            LOG.error("group {}: snapshot not written", group, failed);
            return notWritten(String.valueOf(failed.getMessage()));
        }
    }

    /** Not EIO, after which JRaft would stop the group for good: the snapshot before this one still stands, and the next one is tried later. */
    private static Status notWritten(String why) {
        return new Status(RaftError.EAGAIN, "snapshot not written: %s", why);
    }

    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
        var meta = reader.load();
        try {
            machine.loadSnapshot(Path.of(reader.getPath()), meta.getLastIncludedIndex(), meta.getLastIncludedTerm());
            return true;
        } catch (IOException | RuntimeException damaged) {
            LOG.error("group {}: snapshot at {} not loaded", group, meta.getLastIncludedIndex(), damaged);
            return false;
        }
    }

    @Override
    public void onError(RaftException error) {
        String text = error.getStatus().getErrorMsg();
        String reason = error instanceof JRaftShardLog.Fence ? text : error.getType() + ": " + text;
        failure = reason;
        leadingTerm = 0;
        electedTerm = 0;
        leader = Optional.empty();
        machine.failed(reason);
    }

    /** JRaft's iterator, which starts on the first entry, as ours, which starts before it. */
    private static final class Entries implements GroupMachine.CommittedEntries {

        private final Iterator iterator;
        private boolean started;

        Entries(Iterator iterator) {
            this.iterator = iterator;
        }

        @Override
        public boolean next() {
            if (started && iterator.hasNext()) {
                iterator.next();
            }
            started = true;
            return iterator.hasNext();
        }

        @Override
        public long index() {
            return iterator.getIndex();
        }

        @Override
        public long term() {
            return iterator.getTerm();
        }

        @Override
        public ByteString data() {
            // The entry's bytes are never changed once they are in the log.
            return ByteRange.of(iterator.getData()).toByteString();
        }

        @Override
        public @Nullable Proposal proposal() {
            return iterator.done() instanceof ProposalClosure closure ? closure.proposal() : null;
        }
    }
}
