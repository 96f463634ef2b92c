package dev.skein.replication.link;

import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.LinkFrame;
import dev.skein.proto.replication.v1.LinkHello;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link to one peer: keeps a stream up for as long as some group wants it. Callers hold Raft locks, so nothing here waits;
 * connecting runs on a control thread.
 */
final class PeerLink implements OutgoingStream.Owner {

    private static final Logger log = LoggerFactory.getLogger(PeerLink.class);

    /** A peer that no group has asked for during this time is not connected to again. */
    private static final long WANTED_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final NodeId peer;
    private final LinkSetup setup;
    private final LinkMetrics.Peer metrics;
    private final BiConsumer<NodeId, Integer> onUp;
    private final Backoff backoff;
    private final Hearing hearing;

    /** Thrown many times a second by groups that try again, so it has no stack. */
    private final RemotingException down;

    /** Guards the transitions; never held while calling out. */
    private final Object lock = new Object();

    private boolean closed;
    private boolean submitted;
    private boolean reported;
    private volatile @Nullable OutgoingStream connecting;
    private volatile @Nullable OutgoingStream up;
    private volatile long wantedNanos;

    PeerLink(NodeId peer, LinkSetup setup, BiConsumer<NodeId, Integer> onUp) {
        this.peer = peer;
        this.setup = setup;
        this.onUp = onUp;
        this.metrics = setup.metrics().peer(peer);
        this.down = new RemotingException("link to " + peer + " is down", null, false, false);
        this.backoff = new Backoff(setup.environment().random());
        this.wantedNanos = setup.time().nanoTime();
        this.hearing = new Hearing(wantedNanos);
        metrics.gauges(() -> isUp() ? 1 : 0, this::queuedBytes);
    }

    boolean isUp() {
        return up != null;
    }

    /** Whether the peer wants no leadership handed to it. */
    boolean isReluctant() {
        OutgoingStream stream = up;
        return stream != null && stream.isReluctant();
    }

    Hearing hearing() {
        return hearing;
    }

    /** Whether nothing is heard of a peer that somebody wants to hear. */
    boolean isUnheard(long nowNanos) {
        return nowNanos - wantedNanos < WANTED_NANOS && hearing.isUnheard(nowNanos);
    }

    /** Asks for the link; starts to connect in the background if nothing does yet. */
    void want() {
        wantedNanos = setup.time().nanoTime();
        if (up == null && connecting == null && claim()) {
            submit(0);
        }
    }

    /** True for the one caller that has to submit the next attempt; a pause that is running counts as submitted. */
    private boolean claim() {
        synchronized (lock) {
            boolean free = !closed && !submitted && up == null && connecting == null;
            submitted |= free;
            return free;
        }
    }

    /**
     * Sends a request; the callback runs exactly once unless this throws.
     *
     * @throws RemotingException at once when the link is down or full
     */
    void invoke(RaftMessage message, InvokeCallback callback, long timeoutMs) throws RemotingException {
        OutgoingStream stream = up;
        if (stream == null) {
            want();
            metrics.invocationFailed();
            throw down;
        }
        wantedNanos = setup.time().nanoTime();
        try {
            stream.call(message, callback, timeoutMs);
        } catch (RemotingException e) {
            metrics.invocationFailed();
            throw e;
        }
    }

    /** Tells the peer of a commit; lost when the link is down, since the next append or heartbeat tells it anyway. */
    void push(CommitPush push) {
        OutgoingStream stream = up;
        if (stream != null) {
            stream.push(push);
        }
    }

    /** Sends a frame that has no answer; lost when the link is down. */
    void tell(LinkFrame frame) {
        OutgoingStream stream = up;
        if (stream != null) {
            stream.tell(frame);
        }
    }

    /** The stream that is up. */
    Optional<OutgoingStream> stream() {
        return Optional.ofNullable(up);
    }

    void tick(long nowNanos, boolean stalled) {
        if (stalled) {
            hearing.heard(nowNanos);
        }
        OutgoingStream stream = up != null ? up : connecting;
        if (stream != null) {
            stream.tick(nowNanos, stalled);
        }
    }

    private void submit(long delayMillis) {
        try {
            setup.threads()
                    .timer
                    .schedule(() -> setup.threads().control.execute(this::connect), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closed.
        }
    }

    private void connect() {
        OutgoingStream stream = newStream();
        boolean refused;
        long pause = -1;
        synchronized (lock) {
            submitted = false;
            refused = closed;
            connecting = closed ? null : stream;
            if (stream == null) {
                pause = pause();
            }
        }
        if (refused && stream != null) {
            stream.end(new RemotingException("the links are closed"));
        } else if (stream != null) {
            stream.start();
        } else if (pause >= 0) {
            submit(pause);
        }
    }

    /** Under the lock: claims the next attempt and says how long to wait for it; negative when nobody wants it. */
    private long pause() {
        boolean wanted = setup.time().nanoTime() - wantedNanos < WANTED_NANOS;
        if (closed || !wanted) {
            return -1;
        }
        submitted = true;
        return backoff.nextMillis();
    }

    private @Nullable OutgoingStream newStream() {
        Optional<String> address = setup.environment().directory().apply(peer);
        // A group may still name an earlier storage of this very node: there is nobody to connect to.
        if (address.isEmpty() || peer.equals(setup.config().self())) {
            return null;
        }
        try {
            ManagedChannel channel = setup.environment().channels().apply(address.get());
            return new OutgoingStream(peer, channel, setup, metrics, this);
        } catch (RuntimeException e) {
            log.warn("no channel to {} at {}", peer, address.get(), e);
            return null;
        }
    }

    @Override
    public void opened(OutgoingStream stream, LinkHello hello) {
        synchronized (lock) {
            if (closed || connecting != stream) {
                return;
            }
            connecting = null;
            up = stream;
            reported = false;
            backoff.reset();
        }
        log.info("link to {} is up", peer);
        onUp.accept(peer, (int) hello.getStorageIncarnation());
    }

    @Override
    public void ended(OutgoingStream stream, Throwable cause) {
        boolean report;
        long pause;
        synchronized (lock) {
            if (closed || (up != stream && connecting != stream)) {
                return;
            }
            report = !reported;
            reported = true;
            up = null;
            connecting = null;
            pause = pause();
        }
        if (report) {
            log.info("link to {} is down: {}", peer, cause.getMessage());
        }
        if (pause >= 0) {
            submit(pause);
        }
    }

    @Override
    public void heard(long nowNanos) {
        hearing.heard(nowNanos);
    }

    @Override
    public void said(long nowNanos, List<String> unheard) {
        hearing.said(nowNanos, unheard);
    }

    private long queuedBytes() {
        OutgoingStream stream = up;
        return stream == null ? 0 : stream.queuedBytes();
    }

    void close() {
        OutgoingStream stream;
        synchronized (lock) {
            closed = true;
            stream = up != null ? up : connecting;
            up = null;
            connecting = null;
        }
        if (stream != null) {
            stream.end(new RemotingException("the links are closed"));
        }
    }
}
