package dev.skein.server.edge;

import dev.skein.core.NodeId;
import dev.skein.proto.edge.v1.EmulationRequest;
import dev.skein.proto.node.v1.EmulateRequest;
import dev.skein.proto.node.v1.EmulateResponse;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a session the commands that another connection carries, at whichever node it is. */
final class Emulation {

    private static final Logger log = LoggerFactory.getLogger(Emulation.class);

    private static final int FORWARD_SECONDS_MAX = 5;

    private Emulation() {}

    /** Whether there is such a session; completes on any thread. */
    static CompletionStage<Boolean> emulate(EdgeSessions sessions, EmulationRequest asked) {
        if (asked.getNode().equals(sessions.node())) {
            return CompletableFuture.completedFuture(
                    sessions.emulate(asked.getSession(), asked.getData().toByteArray()));
        }
        return peer(sessions, asked.getNode())
                .map(there -> forward(there, asked))
                .orElse(CompletableFuture.completedFuture(false));
    }

    /** The session is another node's: a balancer stands before the nodes. */
    private static CompletableFuture<Boolean> forward(ManagedChannel there, EmulationRequest asked) {
        CompletableFuture<Boolean> found = new CompletableFuture<>();
        EmulateRequest forwarded = EmulateRequest.newBuilder()
                .setSession(asked.getSession())
                .setFrame(asked.getData())
                .build();
        NodeServiceGrpc.newStub(there)
                .withDeadlineAfter(FORWARD_SECONDS_MAX, TimeUnit.SECONDS)
                .emulate(forwarded, new StreamObserver<>() {
                    @Override
                    public void onNext(EmulateResponse answer) {
                        found.complete(answer.getFound());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        log.debug("{} was not reached: {}", asked.getNode(), failure.toString());
                        found.complete(false);
                    }

                    @Override
                    public void onCompleted() {}
                });
        return found;
    }

    private static Optional<ManagedChannel> peer(EdgeSessions sessions, String node) {
        try {
            return sessions.parts().peers().to(new NodeId(node));
        } catch (IllegalArgumentException noName) {
            return Optional.empty();
        }
    }
}
