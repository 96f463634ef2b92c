package dev.skein.replication.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.EnumOutter.ErrorType;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import dev.skein.core.NodeId;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.Mutation;
import dev.skein.replication.ReplicaRole;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.group.GroupMachine;
import dev.skein.replication.group.Proposal;
import dev.skein.replication.group.ShardLog;
import dev.skein.replication.link.LinkedNodeOptions;
import dev.skein.replication.link.RaftPeers;
import dev.skein.replication.link.RaftTimers;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.wire.Errors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link ShardLog} over one JRaft node. */
public final class JRaftShardLog implements ShardLog {

    private static final Logger LOG = LoggerFactory.getLogger(JRaftShardLog.class);

    private static final byte[] NO_CONTEXT = new byte[0];

    /** Publishing stands still while a transfer waits for the target to catch up, so only a near one is asked. */
    private static final long TRANSFER_LAG_MAX = 64;

    /** Entries that a learner may lack when it becomes a voter: what arrives in the moment of changing, not a state's worth. */
    private static final long VOTER_LAG_MAX = 512;

    private final String group;
    private final PeerId self;
    private final GroupNode node;
    private final MachineAdapter adapter;
    private final JRaftRuntime runtime;
    private final AtomicBoolean changing = new AtomicBoolean();

    /** Learners that had nearly everything and are about to vote; while they change from the one to the other nobody hears from them. */
    private final Set<PeerId> ready = ConcurrentHashMap.newKeySet();

    private JRaftShardLog(String group, PeerId self, GroupNode node, MachineAdapter adapter, JRaftRuntime runtime) {
        this.group = group;
        this.self = self;
        this.node = node;
        this.adapter = adapter;
        this.runtime = runtime;
    }

    /**
     * Starts a group's replica on this node.
     *
     * @throws ReplicationException when its storage is damaged or JRaft refuses it
     */
    public static JRaftShardLog start(JRaftRuntime runtime, GroupSetup setup, GroupMachine machine) {
        PeerId self = runtime.self();
        NodeManager.getInstance().addAddress(self.getEndpoint());
        MachineAdapter adapter =
                new MachineAdapter(setup.group(), RaftPeers.node(self), machine, runtime.snapshotWriter());
        GroupNode node = new GroupNode(setup.group(), self);
        if (!initialised(node, runtime, setup, adapter)) {
            node.shutdown();
            throw new ReplicationException(
                    Errors.of(Reason.REASON_SHARD_FENCED, "group " + setup.group() + ": storage refused, see the log"));
        }
        return new JRaftShardLog(setup.group(), self, node, adapter, runtime);
    }

    /** The node begins to send in a new term, under locks of its own: it was elected, and its machine would hear of it a round trip later. */
    private static void elected(GroupNode node, LinkedNodeOptions options, MachineAdapter adapter, long term) {
        BooleanSupplier stillLeads = () -> node.isLeader() && options.sendingTerm() == term;
        GroupThreads.run(node.getGroupId(), () -> adapter.elected(term, stillLeads));
    }

    private static boolean initialised(GroupNode node, JRaftRuntime runtime, GroupSetup setup, MachineAdapter adapter) {
        try {
            RaftTimers.elections(
                    node, setup.timing().elections(), runtime.links().disk());
            LinkedNodeOptions options = runtime.nodeOptions(setup, adapter);
            options.whenSending(term -> elected(node, options, adapter, term));
            return node.init(options);
        } catch (NodeLogDamagedException damaged) {
            runtime.onStorageFailure().accept(damaged);
            return false;
        } catch (RuntimeException failed) {
            LOG.error("group {}: not started", setup.group(), failed);
            return false;
        }
    }

    @Override
    public Status status() {
        GroupNode.Sight sight = node.look();
        Configuration members = sight.members();
        long leadingTerm = adapter.leadingTerm();
        return new Status(
                adapter.failure() == null
                        ? ToldRole.of(node.getNodeState(), leadingTerm, members.contains(self))
                        : ReplicaRole.FENCED,
                leadingTerm != 0 ? leadingTerm : adapter.lastTerm(),
                adapter.leader(),
                sight.lastIndex(),
                sight.committedIndex(),
                sight.appliedIndex(),
                Members.texts(members.listPeers()),
                Members.texts(members.listLearners()));
    }

    @Override
    public void propose(ByteBuffer entry, long expectedTerm, Proposal proposal) {
        ProposalClosure closure = new ProposalClosure(proposal);
        try {
            node.apply(new Task(entry, closure, expectedTerm));
        } catch (RuntimeException stopped) {
            closure.run(new com.alipay.sofa.jraft.Status(
                    com.alipay.sofa.jraft.error.RaftError.EBUSY, "%s", stopped.getMessage()));
        }
    }

    @Override
    public CompletableFuture<Void> confirmRead() {
        if (Mutation.LEASE_READS.isOn() && adapter.believesToLead()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        try {
            node.readIndex(NO_CONTEXT, new ReadIndexClosure(JRaftRuntime.READ_TIMEOUT_MILLIS) {
                @Override
                public void run(com.alipay.sofa.jraft.Status status, long index, byte[] context) {
                    if (status.isOk()) {
                        confirmed.complete(null);
                    } else {
                        confirmed.completeExceptionally(notConfirmed(status.getErrorMsg()));
                    }
                }
            });
        } catch (RuntimeException stopped) {
            confirmed.completeExceptionally(notConfirmed(String.valueOf(stopped.getMessage())));
        }
        return confirmed;
    }

    private ReplicationException notConfirmed(String why) {
        return new ReplicationException(
                Errors.of(Reason.REASON_READ_NOT_CONFIRMED, "group " + group + ": " + why).toBuilder()
                        .setRetryAfterMs(50)
                        .build());
    }

    @Override
    public CompletableFuture<Void> transferLeadership(NodeId to) {
        GroupNode.Sight sight = node.look();
        Optional<PeerId> target = sight.members().listPeers().stream()
                .filter(peer -> RaftPeers.node(peer).equals(to))
                .findFirst();
        if (target.isEmpty()) {
            return CompletableFuture.failedFuture(new ReplicationException(
                    Errors.of(Reason.REASON_NOT_FOUND, "node: " + to + " (expected: a voter of " + group + ")")));
        }
        long nextIndex = ((LinkedNodeOptions) node.getOptions()).nextIndexOf(target.get());
        if (nextIndex + TRANSFER_LAG_MAX < sight.lastIndex()) {
            return CompletableFuture.failedFuture(new ReplicationException(Errors.of(
                    Reason.REASON_NOT_LEADER,
                    "group " + group + ": " + to + " is at entry " + nextIndex + " of " + sight.lastIndex()
                            + " (expected: caught up)")));
        }
        long term = adapter.leadingTerm();
        com.alipay.sofa.jraft.Status status = node.transferLeadershipTo(target.get());
        if (!status.isOk()) {
            return CompletableFuture.failedFuture(new ReplicationException(
                    Errors.of(Reason.REASON_NOT_LEADER, "group " + group + ": " + status.getErrorMsg())));
        }
        if (term != 0) {
            // JRaft asks the heir to stand when it has heard that the heir has everything: a round trip later than the
            // heir knows.
            runtime.links().handOver(group, self, target.get(), term, node.getLastLogIndex());
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void stepTowards(List<String> voters, List<String> learners) {
        if (adapter.leadingTerm() == 0 || !changing.compareAndSet(false, true)) {
            return;
        }
        try {
            long lastIndex = node.look().lastIndex();
            Configuration present = node.getCurrentConf();
            ready.removeAll(present.getPeers());
            Optional<Configuration> next = MembershipStep.next(
                    present, Members.peers(voters), Members.peers(learners), peer -> isReady(peer, lastIndex));
            if (next.isEmpty()) {
                changing.set(false);
                return;
            }
            LOG.info("group {}: members change to {}", group, next.get());
            node.changePeers(next.get(), this::membersChanged);
        } catch (RuntimeException refused) {
            changing.set(false);
            LOG.warn("group {}: members can't change: {}", group, refused.getMessage());
        }
    }

    private boolean isReady(PeerId peer, long lastIndex) {
        long nextIndex = ((LinkedNodeOptions) node.getOptions()).nextIndexOf(peer);
        // JRaft lets whoever has nothing agree to the beginning of the log, although that may be gone.
        boolean needsNoSnapshot = nextIndex != 0 && nextIndex >= runtime.firstIndex(group);
        if (needsNoSnapshot && nextIndex + VOTER_LAG_MAX >= lastIndex) {
            ready.add(peer);
        }
        return ready.contains(peer);
    }

    private void membersChanged(com.alipay.sofa.jraft.Status status) {
        changing.set(false);
        if (!status.isOk()) {
            ready.clear();
            LOG.info("group {}: members didn't change: {}", group, status.getErrorMsg());
        }
    }

    @Override
    public CompletableFuture<Void> snapshot() {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        node.snapshot(status -> {
            if (status.isOk()) {
                taken.complete(null);
            } else {
                taken.completeExceptionally(new ReplicationException(
                        Errors.of(Reason.REASON_INTERNAL, "group " + group + ": " + status.getErrorMsg())));
            }
        });
        return taken;
    }

    @Override
    public void pushCommit(long index, long indexTerm) {
        long term = adapter.electedTerm();
        if (term == 0) {
            return;
        }
        Configuration configuration = node.look().members();
        Collection<PeerId> others = new ArrayList<>(configuration.listPeers());
        others.addAll(configuration.listLearners());
        others.remove(self);
        if (!others.isEmpty()) {
            runtime.links().pushCommit(group, self, term, index, indexTerm, others);
        }
    }

    /** Bytes of an applied entry that may not have reached the node log yet; empty when it isn't in memory either. */
    public Optional<ByteBuffer> recentEntry(long index) {
        try {
            var entry = node.readCommittedUserLog(index);
            return entry.getIndex() == index ? Optional.of(entry.getData()) : Optional.empty();
        } catch (RuntimeException gone) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Acknowledged> acknowledged(NodeId member) {
        long term = adapter.leadingTerm();
        GroupNode.Sight sight = node.look();
        if (term == 0) {
            return Optional.empty();
        }
        LinkedNodeOptions options = (LinkedNodeOptions) node.getOptions();
        return Stream.concat(sight.members().listPeers().stream(), sight.members().listLearners().stream())
                .filter(peer -> RaftPeers.node(peer).equals(member) && !peer.equals(self))
                .map(peer ->
                        new Acknowledged(peer.getIdx(), term, options.nextIndexOf(peer) - 1, sight.committedIndex()))
                .filter(known -> known.index() > 0)
                .findFirst();
    }

    @Override
    public void fence(String reason) {
        node.onError(new Fence(reason));
    }

    /** A group that JRaft has nothing to say against is stopped all the same. */
    static final class Fence extends RaftException {

        private static final long serialVersionUID = 1;

        Fence(String reason) {
            super(ErrorType.ERROR_TYPE_STATE_MACHINE, RaftError.ESTATEMACHINE, "%s", reason);
        }
    }

    @Override
    public void close() {
        node.shutdown();
        try {
            node.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** JRaft's node, for tests of this package. */
    Node node() {
        return node;
    }
}
