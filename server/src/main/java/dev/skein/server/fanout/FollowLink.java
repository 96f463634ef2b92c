package dev.skein.server.fanout;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.TimeSource;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.node.v1.FollowBatch;
import dev.skein.proto.node.v1.FollowEvent;
import dev.skein.proto.node.v1.FollowRequest;
import dev.skein.proto.node.v1.Following;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.TailBatch;
import dev.skein.replication.TailMessage;
import dev.skein.server.fanout.ChannelSource.Follow;
import dev.skein.server.fanout.ChannelSource.SourceListener;
import dev.skein.server.loop.Loop;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One follow stream to another node for all channels that are followed there. Thread-safe. While anything is followed an empty
 * request goes out each interval and is echoed; a peer that says nothing for three of them is given up. Whatever ends the stream,
 * every follow on it hears {@code lost}.
 */
final class FollowLink {

    private static final long TICK_MILLIS = 500;
    private static final long SILENCE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long ECHO = 0;

    private final ManagedChannel channel;
    private final Loop loop;
    private final TimeSource time;

    // Everything below is guarded by `this`; listeners are called outside the lock.
    private final Map<Long, Entry> follows = new HashMap<>();
    private @Nullable Stream stream;
    private long lastId;
    private long tickDueNanos;
    private boolean ticking;

    FollowLink(ManagedChannel channel, Loop loop, TimeSource time) {
        this.channel = channel;
        this.loop = loop;
        this.time = time;
    }

    boolean uses(ManagedChannel other) {
        return channel == other;
    }

    synchronized Follow follow(String name, SourceListener listener) {
        Stream present = stream == null ? open() : stream;
        long id = ++lastId;
        follows.put(id, new Entry(name, listener));
        present.send(FollowRequest.newBuilder().setFollowId(id).setChannel(name));
        startTicking();
        return () -> unfollow(id);
    }

    void close() {
        broken(null);
    }

    private Stream open() {
        Stream fresh = new Stream();
        stream = fresh;
        fresh.lastHeardNanos = time.nanoTime();
        channel.resetConnectBackoff();
        fresh.out = NodeServiceGrpc.newStub(channel).follow(fresh);
        return fresh;
    }

    private synchronized void unfollow(long id) {
        if (follows.remove(id) != null && stream != null) {
            stream.send(FollowRequest.newBuilder().setFollowId(id).setUnfollow(true));
        }
    }

    private void heard(Stream from, FollowEvent event) {
        Entry entry;
        synchronized (this) {
            if (from != stream) {
                return;
            }
            from.lastHeardNanos = time.nanoTime();
            entry = event.hasEnded() ? follows.remove(event.getFollowId()) : follows.get(event.getFollowId());
        }
        if (entry != null) {
            tell(entry, event);
        }
    }

    private static void tell(Entry entry, FollowEvent event) {
        switch (event.getEventCase()) {
            case FOLLOWING -> entry.listener.started(extent(event.getFollowing()));
            case BATCH -> appended(entry, event.getBatch());
            case ENDED -> entry.listener.lost();
            case EVENT_NOT_SET -> {}
        }
    }

    /** The peer doesn't say what is retained; a follow only needs the end. */
    private static ChannelExtent extent(Following following) {
        return new ChannelExtent(following.getEpoch(), 1, following.getLastSerial());
    }

    private static void appended(Entry entry, FollowBatch batch) {
        List<TailMessage> messages = new ArrayList<>(batch.getMessagesCount());
        try {
            for (ByteString each : batch.getMessagesList()) {
                messages.add(RemoteSource.message(StoredMessage.parseFrom(each), each));
            }
        } catch (InvalidProtocolBufferException damaged) {
            entry.listener.lost();
            return;
        }
        entry.listener.appended(new TailBatch(entry.channel, batch.getEpoch(), messages));
    }

    private void broken(@Nullable Stream which) {
        List<Entry> orphans;
        synchronized (this) {
            Stream present = stream;
            if (present == null || which != null && which != present) {
                return;
            }
            stream = null;
            orphans = List.copyOf(follows.values());
            follows.clear();
            present.cancel();
        }
        orphans.forEach(entry -> entry.listener.lost());
    }

    private void tick() {
        Stream silent = null;
        synchronized (this) {
            ticking = false;
            if (stream == null) {
                return;
            }
            forgiveOwnPause(stream);
            if (follows.isEmpty() || time.nanoTime() - stream.lastHeardNanos > SILENCE_NANOS_MAX) {
                silent = stream;
            } else {
                stream.send(FollowRequest.newBuilder().setFollowId(ECHO));
                startTicking();
            }
        }
        if (silent != null) {
            broken(silent);
        }
    }

    private void startTicking() {
        if (!ticking) {
            ticking = true;
            tickDueNanos = time.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            loop.schedule(TICK_MILLIS, this::tick);
        }
    }

    /** A tick that comes late means that this process stood still; the peer is not to blame. */
    private void forgiveOwnPause(Stream present) {
        long now = time.nanoTime();
        if (now - tickDueNanos > TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
            present.lastHeardNanos = now;
        }
    }

    private record Entry(String channel, SourceListener listener) {}

    /** One life of the stream. */
    private final class Stream implements StreamObserver<FollowEvent> {

        @SuppressWarnings("NullAway.Init") // set right after construction, before anything can arrive for it
        private StreamObserver<FollowRequest> out;

        private long lastHeardNanos;

        void send(FollowRequest.Builder request) {
            out.onNext(request.build());
        }

        void cancel() {
            try {
                out.onError(Status.CANCELLED.asRuntimeException());
            } catch (RuntimeException alreadyEnded) {
                // nothing is left to cancel
            }
        }

        @Override
        public void onNext(FollowEvent event) {
            heard(this, event);
        }

        @Override
        public void onError(Throwable failure) {
            broken(this);
        }

        @Override
        public void onCompleted() {
            broken(this);
        }
    }
}
