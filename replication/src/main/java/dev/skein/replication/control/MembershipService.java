package dev.skein.replication.control;

import dev.skein.core.NodeId;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.AcknowledgedEntries;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.proto.replication.v1.JoinRequest;
import dev.skein.proto.replication.v1.JoinResponse;
import dev.skein.proto.replication.v1.MembershipGrpc;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.proto.replication.v1.ProposeRequest;
import dev.skein.proto.replication.v1.ProposeResponse;
import dev.skein.replication.ReplicationException;
import dev.skein.wire.Errors;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers starting nodes. Stateless; called on gRPC's threads. */
public final class MembershipService extends MembershipGrpc.MembershipImplBase {

    private final Self self;
    private final Supplier<Optional<ControlGroup>> control;
    private final BooleanSupplier vouches;
    private final Function<String, Optional<NodeRecord>> linked;
    private final Function<NodeId, List<AcknowledgedEntries>> acknowledged;

    /**
     * A service for one node.
     *
     * @param self what this node is
     * @param control the control group's replica here, once it runs
     * @param vouches whether this node took no part in anything, so that nothing can have been decided with it
     * @param linked what is registered of the node of a name to which there is a live link
     * @param acknowledged what leaders here have acknowledgements of from a node
     */
    public MembershipService(
            Self self,
            Supplier<Optional<ControlGroup>> control,
            BooleanSupplier vouches,
            Function<String, Optional<NodeRecord>> linked,
            Function<NodeId, List<AcknowledgedEntries>> acknowledged) {
        this.self = self;
        this.control = control;
        this.vouches = vouches;
        this.linked = linked;
        this.acknowledged = acknowledged;
    }

    @Override
    public void join(JoinRequest request, StreamObserver<JoinResponse> response) {
        if (!request.getClusterId().equals(self.clusterId())
                || !request.getConfigHash().equals(self.configHash())) {
            response.onError(Errors.toStatus(Errors.of(
                    Reason.REASON_CLUSTER_MISMATCH,
                    "cluster part of " + request.getNode() + "'s configuration: " + request.getClusterId() + " "
                            + request.getConfigHash() + " (expected: " + self.clusterId() + " " + self.configHash()
                            + ", as on " + self.node() + ")",
                    Map.of("node", self.node()))));
            return;
        }
        JoinResponse.Builder answer = JoinResponse.newBuilder().setNode(self.node());
        knownState().ifPresentOrElse(answer::setState, () -> answer.setFresh(vouches.getAsBoolean()));
        linked.apply(request.getNode())
                .filter(live -> isOther(live, request))
                .ifPresent(live -> answer.setLiveStorageId(live.getStorageId()));
        if (!request.getFresh()) {
            answer.addAllAcknowledged(acknowledged.apply(new NodeId(request.getNode())));
        }
        response.onNext(answer.build());
        response.onCompleted();
    }

    // A copy of a storage has its id; what tells the two processes apart is where they listen.
    private static boolean isOther(NodeRecord live, JoinRequest request) {
        boolean elsewhere =
                !request.getPeerAddress().isEmpty() && !request.getPeerAddress().equals(live.getPeerAddress());
        return elsewhere || !live.getStorageId().equals(request.getStorageId());
    }

    private Optional<ControlState> knownState() {
        return control.get().map(ControlGroup::state).filter(state -> state.getVersion() > 0);
    }

    @Override
    public void propose(ProposeRequest request, StreamObserver<ProposeResponse> response) {
        Optional<ControlGroup> group = control.get();
        if (group.isEmpty()) {
            response.onError(Errors.toStatus(Errors.of(Reason.REASON_STARTING, self.node() + " is starting")));
            return;
        }
        group.get().propose(request.getCommand()).whenComplete((version, failure) -> {
            if (failure == null) {
                response.onNext(ProposeResponse.newBuilder().setVersion(version).build());
                response.onCompleted();
            } else {
                response.onError(statusOf(failure));
            }
        });
    }

    private static Throwable statusOf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof ReplicationException refused
                ? Errors.toStatus(refused.error())
                : Errors.toStatus(Errors.of(Reason.REASON_INTERNAL, String.valueOf(cause)));
    }

    /**
     * What a node is to those that ask.
     *
     * @param node its id
     * @param clusterId its cluster
     * @param configHash hash of its configuration's cluster part
     */
    public record Self(String node, String clusterId, String configHash) {}
}
