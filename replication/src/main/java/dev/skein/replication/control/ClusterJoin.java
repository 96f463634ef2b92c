package dev.skein.replication.control;

import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.ControlCommand;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.JoinRequest;
import dev.skein.proto.replication.v1.JoinResponse;
import dev.skein.proto.replication.v1.MembershipGrpc;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.ProposeRequest;
import dev.skein.proto.replication.v1.RegisterNode;
import dev.skein.replication.ReplicationConfig;
import dev.skein.replication.ReplicationException;
import dev.skein.wire.Errors;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node with new storage takes its place: it must not vote under an identity that may have voted before.
 *
 * <p>It asks the control group's founding voters. If one knows this node under another storage, the node was wiped: it registers
 * its new storage, gets a new incarnation, and the leaders replace the old identity by the new one. If a majority of the founding voters
 * without this node answers, each knowing the state or never having promised anything (no term, no vote, no entry), and nobody knows this node's
 * storage, it is the founding member it seems to be: whoever was elected with its vote has the vote of a majority, one of which answered here.
 *
 * <p>A founding member that runs vouches for others as long as it has promised nothing: the first to decide can't be elected alone, and the
 * others need its word to follow.
 *
 * <p>Blocks its caller, the starting thread, with a deadline on each call; repeats until it knows.
 */
public final class ClusterJoin {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterJoin.class);

    private static final long CALL_TIMEOUT_MILLIS = 2_000;
    private static final long PAUSE_MILLIS = 200;
    private static final int LOG_EVERY_ROUNDS = 25;

    /** How long others may take a dead process's link for a live one: longer than the silence that ends a link. */
    private static final long LINK_OF_DEAD_MILLIS_MAX = 3_000;

    private final JoinRequest request;
    private final Map<String, String> founders;
    private final ReplicationConfig config;
    private final Map<String, ManagedChannel> open = new LinkedHashMap<>();

    /**
     * A join.
     *
     * @param request what this node says of itself
     * @param founders founding voters of the control group, id to address, this node included if it is one
     * @param config channels, which are closed when the join is done, clocks, and this node as it registers itself
     */
    public ClusterJoin(JoinRequest request, Map<String, String> founders, ReplicationConfig config) {
        this.request = request;
        this.founders = new LinkedHashMap<>(founders);
        this.config = config;
    }

    /**
     * Finds out under which storage incarnation this node takes part.
     *
     * @param stillWanted asked between rounds; false ends the join
     * @return the incarnation
     * @throws ReplicationException CLUSTER_MISMATCH or DUPLICATE_NODE, or when no longer wanted
     */
    public long incarnation(BooleanSupplier stillWanted) {
        try {
            for (int round = 0; stillWanted.getAsBoolean(); round++) {
                List<JoinResponse> answers = ask(round);
                Optional<Long> decided = decide(answers);
                if (decided.isPresent()) {
                    return decided.get();
                }
                if (round % LOG_EVERY_ROUNDS == LOG_EVERY_ROUNDS - 1) {
                    LOG.info(
                            "joining {}: {} of {} other founding voters gave a useful answer, {} needed",
                            request.getClusterId(),
                            proofs(answers),
                            others().size(),
                            proofsNeeded());
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            open.values().forEach(ManagedChannel::shutdownNow);
        }
        throw givenUp();
    }

    /**
     * Fails if somebody says that this node doesn't belong; unreachable nodes are passed over. A duplicate is believed only when it stays:
     * this node may have been restarted elsewhere, and its old process's links may not be down yet.
     *
     * @param stillWanted asked between rounds; false ends the check
     * @return what those said that could be asked
     * @throws ReplicationException CLUSTER_MISMATCH or DUPLICATE_NODE, or when no longer wanted
     */
    public List<JoinResponse> check(BooleanSupplier stillWanted) {
        long giveUpAt = config.time().nanoTime() + TimeUnit.MILLISECONDS.toNanos(LINK_OF_DEAD_MILLIS_MAX);
        try {
            for (int round = 0; ; round++) {
                Optional<List<JoinResponse>> answers = accepted(round, giveUpAt);
                if (answers.isPresent()) {
                    return answers.get();
                }
                if (!stillWanted.getAsBoolean()) {
                    throw givenUp();
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw givenUp();
        } finally {
            open.values().forEach(ManagedChannel::shutdownNow);
        }
    }

    private Optional<List<JoinResponse>> accepted(int round, long giveUpAt) {
        try {
            return Optional.of(ask(round));
        } catch (ReplicationException refused) {
            boolean duplicate = refused.error().getReason() == Reason.REASON_DUPLICATE_NODE;
            if (!duplicate || config.time().nanoTime() - giveUpAt >= 0) {
                throw refused;
            }
            return Optional.empty();
        }
    }

    private static ReplicationException givenUp() {
        return new ReplicationException(Errors.of(Reason.REASON_STARTING, "join given up: the node is stopping"));
    }

    private Optional<Long> decide(List<JoinResponse> answers) throws InterruptedException {
        Optional<NodeRecord> known = newestState(answers).flatMap(this::recordOfSelf);
        if (known.isPresent() && !known.get().getStorageId().isEmpty()) {
            return known.get().getStorageId().equals(request.getStorageId())
                    ? Optional.of(known.get().getStorageIncarnation())
                    : register();
        }
        if (proofs(answers) < proofsNeeded()) {
            return Optional.empty();
        }
        return known.isPresent() || newestState(answers).isEmpty() ? Optional.of(1L) : register();
    }

    // An answer proves something if its sender knows the state, or has promised nothing to anybody; one that voted, or
    // that restarts with a log, may know nothing yet of what was decided with its help.
    private static long proofs(List<JoinResponse> answers) {
        return answers.stream()
                .filter(answer -> answer.hasState() || answer.getFresh())
                .count();
    }

    // This node doesn't count: it may be the very one that voted before.
    private int proofsNeeded() {
        return Math.min(others().size(), founders.size() / 2 + 1);
    }

    private static Optional<ControlState> newestState(List<JoinResponse> answers) {
        return answers.stream()
                .filter(JoinResponse::hasState)
                .map(JoinResponse::getState)
                .max((a, b) -> Long.compare(a.getVersion(), b.getVersion()));
    }

    private Optional<NodeRecord> recordOfSelf(ControlState state) {
        return state.getNodesList().stream()
                .filter(node -> node.getNode().equals(request.getNode()))
                .findFirst();
    }

    // The control group's leader takes the registration; the next round reads the incarnation it gave.
    private Optional<Long> register() throws InterruptedException {
        ControlCommand command = ControlCommand.newBuilder()
                .setCommandId(config.random().nextLong())
                .setTimeMs(config.time().wallMillis())
                .setRegisterNode(RegisterNode.newBuilder()
                        .setNode(config.self().toBuilder()
                                .setStorageIncarnation(0)
                                .setStorageId(request.getStorageId())))
                .build();
        for (String address : others()) {
            try {
                stub(address)
                        .propose(ProposeRequest.newBuilder().setCommand(command).build());
                return Optional.empty();
            } catch (StatusRuntimeException notThere) {
                LOG.debug("registering at {}: {}", address, notThere.getMessage());
            }
        }
        return Optional.empty();
    }

    private List<JoinResponse> ask(int round) {
        List<JoinResponse> answers = new ArrayList<>();
        for (String address : others()) {
            try {
                JoinResponse answer = stub(address).join(request);
                if (!answer.getLiveStorageId().isEmpty()) {
                    throw duplicate(answer.getNode());
                }
                answers.add(answer);
            } catch (StatusRuntimeException failed) {
                Error refusal = Errors.fromThrowable(failed);
                if (refusal != null && refusal.getReason() == Reason.REASON_CLUSTER_MISMATCH) {
                    throw new ReplicationException(refusal);
                }
                LOG.debug("joining, round {}: {}: {}", round, address, failed.getMessage());
            }
        }
        return answers;
    }

    private ReplicationException duplicate(String witness) {
        return new ReplicationException(Errors.of(
                Reason.REASON_DUPLICATE_NODE,
                "node: " + request.getNode() + " (expected: an id that no live node uses; " + witness
                        + " is linked to another node of that id)"));
    }

    private List<String> others() {
        return founders.entrySet().stream()
                .filter(founder -> !founder.getKey().equals(request.getNode()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private MembershipGrpc.MembershipBlockingStub stub(String address) {
        return MembershipGrpc.newBlockingStub(open.computeIfAbsent(address, config.channels()))
                .withDeadlineAfter(CALL_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }
}
