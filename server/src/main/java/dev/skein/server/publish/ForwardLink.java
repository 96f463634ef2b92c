package dev.skein.server.publish;

import com.google.common.util.concurrent.MoreExecutors;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.node.v1.ForwardFrame;
import dev.skein.proto.node.v1.ForwardResult;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.replication.PublishOutcome;
import dev.skein.server.loop.Loop;
import dev.skein.wire.SectionView;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One long-lived stream of publishes to another node, shared by all sessions of this one. Thread-safe.
 *
 * <p>A new stream begins with an empty frame. Until its answer has come the frames wait here, so that a node that can't be
 * reached costs "nothing was proposed" and not "unknown". While calls are unanswered an empty frame goes out each interval; a
 * peer that says nothing for three of them is given up, because a silent network keeps a stream open for minutes.
 *
 * <p>Callbacks run outside the lock, on the event loop or on the caller's thread: they must not do more than queue.
 */
final class ForwardLink {

    /** Unanswered calls and their bytes. Reached: OVERLOADED, the lanes try again. */
    private static final int CALLS_MAX = 16_384;

    private static final long BYTES_MAX = 32L << 20;

    /** What a frame counts besides its section. */
    private static final int FRAME_OVERHEAD_BYTES = 64;

    private static final long TICK_MILLIS = 500;
    private static final long SILENCE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** An idle stream may be silent for this long: several calls of {@link #keepWarm}. */
    private static final long WARM_SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    /** Between two attempts to open a stream. */
    private static final long REOPEN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long HELLO_CALL = 0;

    private static final Logger LOG = LoggerFactory.getLogger(ForwardLink.class);

    private final NodeId peer;
    private final ManagedChannel channel;
    private final Loop loop;
    private final TimeSource time;

    // Everything below is guarded by `this`.
    private final Map<Long, Call> calls = new LinkedHashMap<>();
    private @Nullable Stream stream;
    private long lastCall;
    private long bytes;
    private long tickDueNanos;
    private long brokenNanos;
    private boolean wasBroken;
    private boolean ticking;
    private boolean closed;

    ForwardLink(NodeId peer, ManagedChannel channel, Loop loop, TimeSource time) {
        this.peer = peer;
        this.channel = channel;
        this.loop = loop;
        this.time = time;
    }

    boolean uses(ManagedChannel other) {
        return channel == other;
    }

    void propose(ShardId shard, SectionView section, long timeoutMillis, Consumer<PublishOutcome> whenDone) {
        ForwardFrame.Builder frame = ForwardFrame.newBuilder()
                .setGroup(shard.group())
                .setSection(section.bytes())
                .setTimeoutMs((int) timeoutMillis);
        call(frame, whenDone);
    }

    /** Asks whether the node leads the shard: accepted without receipts, or refused with a hint. */
    void inquire(ShardId shard, Consumer<PublishOutcome> whenDone) {
        call(ForwardFrame.newBuilder().setGroup(shard.group()), whenDone);
    }

    /**
     * Keeps a stream open, so that the first publish after a failover needn't wait for a connection, and finds a stream that has
     * silently died. Called now and then.
     */
    void keepWarm() {
        Stream silent = null;
        synchronized (this) {
            Stream present = stream;
            if (closed || present == null && !open()) {
                return;
            }
            if (present != null && calls.isEmpty()) {
                boolean unanswered = time.nanoTime() - present.lastHeardNanos > WARM_SILENCE_NANOS_MAX;
                silent = unanswered ? present : null;
                present.sayHello();
            }
        }
        if (silent != null) {
            giveUp(silent);
        }
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        broken(null);
    }

    private void call(ForwardFrame.Builder frame, Consumer<PublishOutcome> whenDone) {
        Reason refusal = tryCall(frame, whenDone);
        if (refusal != null) {
            whenDone.accept(NodeProposals.refused(refusal, "node: " + peer + " (expected: one that takes publishes)"));
        }
    }

    private synchronized @Nullable Reason tryCall(ForwardFrame.Builder frame, Consumer<PublishOutcome> whenDone) {
        int size = frame.getSection().size() + FRAME_OVERHEAD_BYTES;
        if (calls.size() >= CALLS_MAX || bytes + size > BYTES_MAX) {
            return Reason.REASON_OVERLOADED;
        }
        if (closed || stream == null && !open()) {
            return Reason.REASON_NO_LEADER;
        }
        Stream present = Objects.requireNonNull(stream);
        Call call = new Call(frame.setCallId(++lastCall).build(), size, whenDone);
        if (calls.isEmpty()) {
            present.lastHeardNanos = time.nanoTime();
        }
        calls.put(lastCall, call);
        bytes += size;
        if (present.established) {
            call.send(present);
        }
        startTicking();
        return null;
    }

    private boolean open() {
        if (wasBroken && time.nanoTime() - brokenNanos < REOPEN_NANOS) {
            return false;
        }
        Stream fresh = new Stream();
        stream = fresh;
        fresh.lastHeardNanos = time.nanoTime();
        channel.resetConnectBackoff();
        fresh.out = NodeServiceGrpc.newStub(channel)
                .withExecutor(MoreExecutors.directExecutor())
                .forward(fresh);
        if (stream == fresh) {
            fresh.sayHello();
        }
        // It may have broken at once, on this thread.
        return stream == fresh;
    }

    private void heard(Stream from, ForwardResult result) {
        Call call;
        synchronized (this) {
            if (from != stream) {
                return;
            }
            from.lastHeardNanos = time.nanoTime();
            if (result.getCallId() == HELLO_CALL) {
                establish(from);
                return;
            }
            call = calls.remove(result.getCallId());
            bytes -= call == null ? 0 : call.size;
        }
        if (call != null) {
            call.whenDone.accept(
                    result.hasError()
                            ? new PublishOutcome.Refused(result.getError())
                            : new PublishOutcome.Accepted(result.getRunsList()));
        }
    }

    private void establish(Stream opened) {
        if (!opened.established) {
            opened.established = true;
            wasBroken = false;
            calls.values().forEach(call -> call.send(opened));
        }
    }

    /** Ends the stream and answers everything unanswered. */
    private void broken(@Nullable Stream which) {
        List<Call> unanswered;
        Stream present;
        synchronized (this) {
            present = stream;
            if (which != null && which != present) {
                return;
            }
            stream = null;
            wasBroken = true;
            brokenNanos = time.nanoTime();
            unanswered = new ArrayList<>(calls.values());
            calls.clear();
            bytes = 0;
            if (present != null) {
                present.cancel();
            }
        }
        if (which != null && present != null && present.established) {
            LOG.info("the stream of publishes to node {} broke; {} unanswered", peer, unanswered.size());
        }
        unanswered.forEach(call -> call.whenDone.accept(NodeProposals.refused(
                call.sent ? Reason.REASON_OUTCOME_UNKNOWN : Reason.REASON_NO_LEADER,
                "the stream to node " + peer + " broke")));
    }

    /** A tick that comes late means that this process stood still; the peer is not to blame. */
    private void forgiveOwnPause(Stream present) {
        long now = time.nanoTime();
        if (now - tickDueNanos > TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
            present.lastHeardNanos = now;
        }
    }

    /** The connection under a silent stream is as good as dead: the next stream shall get a new one. */
    private void giveUp(Stream silent) {
        channel.enterIdle();
        broken(silent);
    }

    private void startTicking() {
        if (!ticking) {
            ticking = true;
            tickDueNanos = time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            loop.schedule(TICK_MILLIS, this::tick);
        }
    }

    private void tick() {
        Stream silent = null;
        synchronized (this) {
            ticking = false;
            Stream present = stream;
            if (present == null || calls.isEmpty()) {
                return;
            }
            forgiveOwnPause(present);
            if (time.nanoTime() - present.lastHeardNanos > SILENCE_NANOS_MAX) {
                silent = present;
            } else if (present.established) {
                present.sayHello();
            }
            startTicking();
        }
        if (silent != null) {
            giveUp(silent);
        }
    }

    /** An unanswered frame. */
    private static final class Call {

        private final ForwardFrame frame;
        private final int size;
        private final Consumer<PublishOutcome> whenDone;
        private boolean sent;

        Call(ForwardFrame frame, int size, Consumer<PublishOutcome> whenDone) {
            this.frame = frame;
            this.size = size;
            this.whenDone = whenDone;
        }

        void send(Stream stream) {
            sent = true;
            stream.out.onNext(frame);
        }
    }

    /** One life of the stream. */
    private final class Stream implements StreamObserver<ForwardResult> {

        @SuppressWarnings("NullAway.Init") // set right after construction, before anything can arrive for it
        private StreamObserver<ForwardFrame> out;

        private boolean established;
        private long lastHeardNanos;

        @Override
        public void onNext(ForwardResult result) {
            heard(this, result);
        }

        @Override
        public void onError(Throwable failure) {
            broken(this);
        }

        @Override
        public void onCompleted() {
            broken(this);
        }

        void sayHello() {
            out.onNext(ForwardFrame.newBuilder().setCallId(HELLO_CALL).build());
        }

        void cancel() {
            try {
                out.onError(Status.CANCELLED.asRuntimeException());
            } catch (RuntimeException alreadyEnded) {
                // nothing is left to cancel
            }
        }
    }
}
