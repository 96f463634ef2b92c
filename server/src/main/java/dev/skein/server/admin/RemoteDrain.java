package dev.skein.server.admin;

import dev.skein.core.Checks;
import dev.skein.core.NodeId;
import dev.skein.proto.admin.v1.DrainRequest;
import dev.skein.proto.admin.v1.DrainResponse;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ReplicationException;
import dev.skein.server.status.ClusterView;
import dev.skein.wire.Errors;
import io.grpc.ManagedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Drains this node, or asks the node that is meant to drain itself. */
public final class RemoteDrain {

    private final NodeId self;
    private final Consumer<Boolean> here;
    private final ClusterView view;
    private final PeerConnections peers;

    /** @param here carries the wish out on this node */
    public RemoteDrain(NodeId self, Consumer<Boolean> here, ClusterView view, PeerConnections peers) {
        this.self = self;
        this.here = here;
        this.view = view;
        this.peers = peers;
    }

    CompletableFuture<DrainResponse> drain(DrainRequest request) {
        String node = request.getNode().isEmpty() ? self.value() : request.getNode();
        if (node.equals(self.value())) {
            here.accept(!request.getUndo());
            return CompletableFuture.completedFuture(view.drainProgress());
        }
        view.checkKnown(node);
        if (Forwarded.isCurrent()) {
            throw refusal(Checks.text("node", node, "this node, " + self));
        }
        ManagedChannel channel =
                peers.to(node).orElseThrow(() -> refusal(Checks.text("node", node, "a node of known address")));
        UnaryAnswer<DrainResponse> answer = new UnaryAnswer<>();
        Forwarded.stub(channel, self).drain(request, answer);
        return answer.future();
    }

    private static ReplicationException refusal(String text) {
        return new ReplicationException(Errors.of(Reason.REASON_NOT_FOUND, text));
    }
}
