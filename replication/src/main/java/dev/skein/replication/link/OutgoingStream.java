package dev.skein.replication.link;

import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.google.protobuf.ByteString;
import dev.skein.core.Checks;
import dev.skein.core.Limits;
import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.proto.replication.v1.LinkFrame;
import dev.skein.proto.replication.v1.LinkFrames;
import dev.skein.proto.replication.v1.LinkHello;
import dev.skein.proto.replication.v1.RaftLinkGrpc;
import dev.skein.replication.disk.DiskFitness;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a stream to a peer, from connecting to its end. It is never reused: the channel is shut down with it, because a
 * channel that went silent may take far longer to notice than a new one needs to connect.
 */
final class OutgoingStream implements ClientResponseObserver<LinkFrames, LinkFrames> {

    private static final InvokeCallback IGNORE = (result, failure) -> {};

    /** What becomes of the stream, at most once each, and what it brings; called from any thread. */
    interface Owner {
        void opened(OutgoingStream stream, LinkHello hello);

        void ended(OutgoingStream stream, Throwable cause);

        /** The peer gave a sign of life. */
        void heard(long nowNanos);

        /** The peer said of whom it hears nothing. */
        void said(long nowNanos, List<String> unheard);
    }

    private final NodeId peer;
    private final LinkConfig config;
    private final ManagedChannel channel;
    private final TimeSource time;
    private final LinkThreads threads;
    private final DiskFitness disk;
    private final Supplier<List<String>> unheard;
    private final Supplier<Executor> eventLoops;
    private final LinkMetrics.Peer metrics;
    private final Owner owner;
    private final PendingCalls calls;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final long startedNanos;
    private volatile boolean open;
    private volatile long heardNanos;
    private volatile long pingedNanos;
    private volatile boolean reluctant;
    private volatile @Nullable ClientCallStreamObserver<LinkFrames> requests;
    private volatile @Nullable LinkWriter writer;

    OutgoingStream(NodeId peer, ManagedChannel channel, LinkSetup setup, LinkMetrics.Peer metrics, Owner owner) {
        this.peer = peer;
        this.config = setup.config();
        this.channel = channel;
        this.time = setup.time();
        this.threads = setup.threads();
        this.disk = setup.disk();
        this.unheard = setup.unheard();
        this.eventLoops = setup.environment().eventLoop();
        this.metrics = metrics;
        this.owner = owner;
        this.calls = new PendingCalls(peer.value(), threads.control);
        this.startedNanos = time.nanoTime();
        this.heardNanos = startedNanos;
    }

    /** Starts to connect; the owner hears of the outcome. */
    void start() {
        try {
            RaftLinkGrpc.newStub(channel)
                    .withMaxInboundMessageSize(Limits.GRPC_MESSAGE_BYTES_MAX)
                    .withExecutor(Runnable::run)
                    .link(this)
                    .onNext(LinkFrames.newBuilder().setHello(hello(config)).build());
        } catch (RuntimeException e) {
            end(e);
        }
    }

    static LinkHello hello(LinkConfig config) {
        return LinkHello.newBuilder()
                .setVersion(RaftLinks.VERSION)
                .setClusterId(config.clusterId())
                .setNode(config.self().value())
                .setStorageIncarnation(config.storageIncarnation())
                .build();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<LinkFrames> stream) {
        requests = stream;
        stream.setOnReadyHandler(this::ready);
    }

    private void ready() {
        LinkWriter current = writer;
        if (current != null) {
            current.ready();
        }
    }

    /** Queues a request; the callback runs exactly once unless this throws. */
    void call(RaftMessage message, InvokeCallback callback, long timeoutMs) throws RemotingException {
        long deadline = time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        long id = calls.add(message.kind(), callback, deadline);
        LinkWriter current = writer;
        if ((current == null || !current.send(message.frame(id))) && calls.withdraw(id)) {
            throw new RemotingException("send queue to " + peer + " is full");
        }
    }

    /** Queues a frame that has no answer; lost when the queue is full. */
    void tell(LinkFrame frame) {
        LinkWriter current = writer;
        if (current != null) {
            current.send(frame);
        }
    }

    void push(CommitPush push) {
        LinkWriter current = writer;
        if (current != null) {
            current.push(push);
        }
    }

    @Override
    public void onNext(LinkFrames message) {
        heard();
        if (!open) {
            open(message);
        }
        reluctant = message.getReluctant();
        owner.said(heardNanos, message.getUnheardList());
        metrics.received(message.getFramesCount(), message.getSerializedSize());
        message.getFramesList().forEach(calls::answer);
    }

    private void open(LinkFrames message) {
        LinkHello hello = message.getHello();
        try {
            Checks.check(hello.getVersion() == RaftLinks.VERSION, "link version", hello.getVersion(), "1");
            Checks.check(peer.value().equals(hello.getNode()), "node at the other end", hello.getNode(), peer.value());
            Checks.check(
                    config.clusterId().equals(hello.getClusterId()),
                    "clusterId of " + peer,
                    hello.getClusterId(),
                    config.clusterId());
        } catch (IllegalArgumentException e) {
            end(e);
            return;
        }
        writer = new LinkWriter(
                Objects.requireNonNull(requests),
                eventLoops.get(),
                threads,
                config.heartbeatHold().toNanos(),
                disk,
                unheard,
                metrics,
                this::end);
        open = true;
        owner.opened(this, hello);
    }

    /** Expires calls, asks a silent peer for a sign of life, gives up on one that stays silent. */
    void tick(long nowNanos, boolean stalled) {
        if (stalled) {
            heardNanos = nowNanos;
        }
        calls.expire(nowNanos);
        long silence = nowNanos - heardNanos;
        if (!open && nowNanos - startedNanos > config.connectTimeout().toNanos()) {
            end(new RemotingException("no hello from " + peer + " within " + config.connectTimeout()));
        } else if (open && silence > config.silenceMax().toNanos()) {
            end(new RemotingException("nothing heard from " + peer + " for " + config.silenceMax()));
        } else if (open && silence > config.pingInterval().toNanos()) {
            ping(nowNanos);
        }
    }

    private void ping(long nowNanos) {
        if (nowNanos - pingedNanos < config.pingInterval().toNanos()) {
            return;
        }
        pingedNanos = nowNanos;
        try {
            RaftMessage ping = new RaftMessage(LinkFrame.Kind.PING, "", ByteString.EMPTY);
            call(ping, IGNORE, config.silenceMax().toMillis());
        } catch (RemotingException e) {
            // The queue is full: silence will end the stream.
        }
    }

    @Override
    public void onError(Throwable cause) {
        end(cause);
    }

    @Override
    public void onCompleted() {
        end(new RemotingException("closed by " + peer));
    }

    /** Ends the stream once: fails what is in flight, shuts the channel, tells the owner. */
    void end(Throwable cause) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        calls.end(new RemotingException("link to " + peer + " is down: " + cause.getMessage(), cause));
        ClientCallStreamObserver<LinkFrames> stream = requests;
        if (stream != null) {
            stream.cancel("link ended", cause);
        }
        channel.shutdownNow();
        owner.ended(this, cause);
    }

    /** Something else on the same connection shows that the peer lives. */
    void heard() {
        heardNanos = time.nanoTime();
        owner.heard(heardNanos);
    }

    /** Whether the peer said last that it wants no leadership. */
    boolean isReluctant() {
        return reluctant;
    }

    ManagedChannel channel() {
        return channel;
    }

    long queuedBytes() {
        LinkWriter current = writer;
        return current == null ? 0 : current.queuedBytes();
    }
}
