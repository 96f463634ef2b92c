package dev.skein.replication.link;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.google.protobuf.Message;
import dev.skein.core.Checks;
import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.LinkFrame;
import dev.skein.proto.replication.v1.LinkFrames;
import dev.skein.proto.replication.v1.LinkHello;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Another node's stream to this one: its requests come in, our responses go out. gRPC calls it serially. */
final class InboundLink implements StreamObserver<LinkFrames> {

    private static final Logger log = LoggerFactory.getLogger(InboundLink.class);

    private final LinkSetup setup;
    private final ServerCallStreamObserver<LinkFrames> responses;
    private final RaftRequests requests;
    private final InboundLinks links;
    private final InboundBudget budget = new InboundBudget(LinkLimits.INBOUND_BYTES_MAX);
    private volatile Executor eventLoop;
    private volatile boolean closed;
    private volatile @Nullable PeerId peer;
    private volatile @Nullable LinkWriter writer;
    private volatile LinkMetrics.@Nullable Peer metrics;

    InboundLink(
            LinkSetup setup,
            ServerCallStreamObserver<LinkFrames> responses,
            RaftRequests requests,
            InboundLinks links) {
        this.setup = setup;
        this.responses = responses;
        this.requests = requests;
        this.links = links;
        this.eventLoop = setup.environment().eventLoop().get();
        responses.setOnReadyHandler(this::ready);
        responses.setOnCancelHandler(this::closed);
    }

    private void ready() {
        LinkWriter current = writer;
        if (current != null) {
            current.ready();
        }
    }

    /** The Raft identity of the node at the other end. */
    PeerId peer() {
        return Objects.requireNonNull(peer, "known after the hello");
    }

    @Override
    public void onNext(LinkFrames message) {
        if (closed) {
            return;
        }
        if (peer == null && !greet(message.getHello())) {
            return;
        }
        metrics().received(message.getFramesCount(), message.getSerializedSize());
        message.getFramesList().forEach(this::handle);
    }

    private boolean greet(LinkHello hello) {
        NodeId node;
        PeerId greeted;
        try {
            node = check(hello);
            greeted = RaftPeers.peer(node, Math.toIntExact(hello.getStorageIncarnation()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            log.warn("link refused: {}", e.getMessage());
            close(Status.FAILED_PRECONDITION.withDescription(e.getMessage()));
            return false;
        }
        metrics = setup.metrics().peer(node);
        eventLoop = setup.environment().eventLoop().get();
        peer = greeted;
        if (!links.replace(node, this)) {
            close(Status.RESOURCE_EXHAUSTED.withDescription("too many links"));
            return false;
        }
        responses.onNext(LinkFrames.newBuilder()
                .setHello(OutgoingStream.hello(setup.config()))
                .build());
        writer = new LinkWriter(
                responses, eventLoop, setup.threads(), 0, setup.disk(), setup.unheard(), metrics(), this::broken);
        return true;
    }

    private NodeId check(LinkHello hello) {
        String cluster = setup.config().clusterId();
        Checks.check(hello.getVersion() == RaftLinks.VERSION, "link version", hello.getVersion(), "1");
        Checks.check(
                cluster.equals(hello.getClusterId()), "clusterId of " + hello.getNode(), hello.getClusterId(), cluster);
        NodeId node = new NodeId(hello.getNode());
        Checks.check(!node.equals(setup.config().self()), "node", node, "another node than this one");
        return node;
    }

    private void handle(LinkFrame frame) {
        if (frame.getKind() == LinkFrame.Kind.PING) {
            reply(frame, RaftRequests.error(RaftError.SUCCESS, ""));
            return;
        }
        if (!budget.admit(frame.getBody().size())) {
            busy(frame);
            return;
        }
        try {
            requests.dispatch(this, frame);
        } catch (RejectedExecutionException e) {
            release(frame);
            busy(frame);
        }
    }

    private void busy(LinkFrame frame) {
        refused();
        reply(frame, RaftRequests.error(RaftError.EBUSY, "too many requests wait"));
    }

    /** Answers a request, from any thread; a push has no answer. */
    void reply(LinkFrame request, Message response) {
        LinkWriter current = writer;
        if (request.getCallId() == 0 || current == null || closed) {
            return;
        }
        if (!current.send(RaftResponses.frame(request.getCallId(), response))) {
            // A peer that takes no responses: without its answer a call would only time out, so make that visible.
            broken(Status.RESOURCE_EXHAUSTED
                    .withDescription("responses pile up")
                    .asRuntimeException());
        }
    }

    /** A request left the waiting room. */
    void release(LinkFrame request) {
        budget.release(request.getBody().size());
    }

    void refused() {
        metrics().requestRefused();
    }

    private LinkMetrics.Peer metrics() {
        return Objects.requireNonNull(metrics, "known after the hello");
    }

    private void broken(Throwable cause) {
        close(Status.fromThrowable(cause));
    }

    void close(Status status) {
        if (!closed) {
            closed();
            onWriter(() -> responses.onError(status.asRuntimeException()));
        }
    }

    /** Only the writer's thread sends, so this can't collide with a message. */
    private void onWriter(Runnable last) {
        try {
            eventLoop.execute(() -> {
                try {
                    last.run();
                } catch (RuntimeException e) {
                    log.debug("link was over already", e);
                }
            });
        } catch (RejectedExecutionException e) {
            // The links are closed; the gRPC server ends what is left.
        }
    }

    private void closed() {
        closed = true;
        links.remove(this);
    }

    @Override
    public void onError(Throwable cause) {
        closed();
    }

    @Override
    public void onCompleted() {
        closed();
        onWriter(responses::onCompleted);
    }
}
