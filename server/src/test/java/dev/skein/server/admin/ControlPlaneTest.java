package dev.skein.server.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.replication.ReplicaReport;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ShardReplica;
import dev.skein.wire.Errors;
import io.grpc.BindableService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlPlaneTest {

    private static final NodeId SELF = new NodeId("us-a");

    private final ScheduledExecutorService house = Executors.newSingleThreadScheduledExecutor();
    private final LeadingReplication replication = new LeadingReplication();
    private final ControlPlane control = new ControlPlane(
            SELF,
            replication,
            new PeerConnections(node -> Optional.empty(), address -> {
                throw new AssertionError("nobody else is to be asked");
            }),
            group -> Optional.empty(),
            house,
            TimeSource.system(),
            new Random(7));

    @AfterEach
    void stop() {
        house.shutdownNow();
    }

    @Test
    void completesWhenThisNodeKnowsTheChange() {
        CompletableFuture<Void> proposal = control.propose(command());
        assertEquals(1, replication.proposed.size());
        assertFalse(proposal.isDone());

        replication.learn(1);

        assertTrue(proposal.isDone());
    }

    @Test
    void stampsEachCommand() {
        control.propose(command());
        control.propose(command());

        ControlCommand first = replication.proposed.get(0);
        assertTrue(first.getTimeMs() > 0);
        assertTrue(first.getCommandId() != replication.proposed.get(1).getCommandId());
    }

    @Test
    void triesAgainWhileThereIsNoLeader() {
        replication.refuseNext(Reason.REASON_NO_LEADER);
        replication.refuseNext(Reason.REASON_NOT_LEADER);
        replication.learn(100);

        control.propose(command()).join();

        assertEquals(3, replication.proposed.size());
        assertEquals(replication.proposed.get(0), replication.proposed.get(2));
    }

    @Test
    void passesOnWhatWillNeverBeTaken() {
        replication.refuseNext(Reason.REASON_SURVIVAL_GOAL_UNMET);

        CompletionException failed = assertThrows(
                CompletionException.class, () -> control.propose(command()).join());

        assertEquals(
                Reason.REASON_SURVIVAL_GOAL_UNMET,
                ((ReplicationException) failed.getCause()).error().getReason());
        assertEquals(1, replication.proposed.size());
    }

    @Test
    void whatExistsAfterAnUnknownOutcomeWasMade() {
        replication.refuseNext(Reason.REASON_OUTCOME_UNKNOWN);
        replication.refuseNext(Reason.REASON_ALREADY_EXISTS);
        replication.learn(5);

        control.propose(command()).join();

        assertEquals(2, replication.proposed.size());
    }

    @Test
    void whatExistsAtTheFirstTryIsRefused() {
        replication.refuseNext(Reason.REASON_ALREADY_EXISTS);

        assertThrows(CompletionException.class, () -> control.propose(command()).join());
    }

    private static ControlCommand.Builder command() {
        return ControlCommand.newBuilder()
                .setCreateNamespace(NamespaceSpec.newBuilder().setName("chat"));
    }

    /** Leads the control group of one node: takes every command, unless told to refuse, and learns of it when told to. */
    private static final class LeadingReplication implements Replication {

        private final List<ControlCommand> proposed = new ArrayList<>();
        private final Deque<Reason> refusals = new ArrayDeque<>();
        private final List<Consumer<ControlState>> listeners = new ArrayList<>();
        private ControlState state = ControlState.getDefaultInstance();

        void refuseNext(Reason reason) {
            refusals.add(reason);
        }

        void learn(long version) {
            state = ControlState.newBuilder().setVersion(version).build();
            listeners.forEach(listener -> listener.accept(state));
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
            return Optional.of(SELF);
        }

        @Override
        public CompletableFuture<Long> proposeControl(ControlCommand command) {
            proposed.add(command);
            Reason refusal = refusals.poll();
            return refusal == null
                    ? CompletableFuture.completedFuture((long) proposed.size())
                    : CompletableFuture.failedFuture(new ReplicationException(Errors.of(refusal, "refused")));
        }

        @Override
        public Optional<ShardReplica> replica(ShardId shard) {
            return Optional.empty();
        }

        @Override
        public List<ShardReplica> replicas() {
            return List.of();
        }

        @Override
        public List<BindableService> services() {
            return List.of();
        }

        @Override
        public void drain(boolean on) {
            throw new UnsupportedOperationException();
        }

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
}
