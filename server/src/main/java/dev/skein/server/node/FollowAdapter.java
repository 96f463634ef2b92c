package dev.skein.server.node;

import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.node.v1.FollowBatch;
import dev.skein.proto.node.v1.FollowEvent;
import dev.skein.proto.node.v1.FollowRequest;
import dev.skein.replication.Replication;
import dev.skein.replication.ShardReplica;
import dev.skein.replication.ShardReplica.Following;
import dev.skein.replication.ShardReplica.TailListener;
import dev.skein.replication.TailBatch;
import dev.skein.replication.TailMessage;
import dev.skein.server.fanout.ChannelReads;
import dev.skein.server.fanout.ReaderPool;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loop;
import dev.skein.wire.Errors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Wire out: channels that another node follows here, over one stream. Messages come on apply threads, wait in one bounded queue
 * and are sent from a loop. A follow whose messages don't fit any more is ended: the other node reads the store and follows
 * again.
 *
 * <p>Requests come on the event loop, so they are only queued; closing a follow, which may wait for the shard's apply, isn't done
 * there.
 */
final class FollowAdapter implements StreamObserver<FollowRequest> {

    /** Bytes that wait for the transport. Reached: the follow that brings more is ended. */
    private static final long QUEUE_BYTES_MAX = 4L << 20;

    private static final int FOLLOWS_MAX = 100_000;

    private final Replication replication;
    private final ShardMap shards;
    private final ReaderPool readers;
    private final Loop loop;
    private final ServerCallStreamObserver<FollowEvent> out;

    // Everything below is guarded by `this`.
    private final Map<Long, Entry> follows = new HashMap<>();
    private final ArrayDeque<FollowEvent> queue = new ArrayDeque<>();
    private long queueBytes;
    private boolean draining;
    private boolean ended;

    FollowAdapter(
            Replication replication,
            ShardMap shards,
            ReaderPool readers,
            Loop loop,
            ServerCallStreamObserver<FollowEvent> out) {
        this.replication = replication;
        this.shards = shards;
        this.readers = readers;
        this.loop = loop;
        this.out = out;
        out.setOnReadyHandler(() -> loop.execute(this::drain));
        out.setOnCancelHandler(this::end);
    }

    @Override
    public void onNext(FollowRequest request) {
        long id = request.getFollowId();
        if (request.getUnfollow()) {
            Entry unwanted = remove(id);
            loop.execute(() -> close(unwanted));
        } else if (request.getChannel().isEmpty()) {
            enqueue(FollowEvent.newBuilder().setFollowId(id).build());
        } else {
            follow(id, request.getChannel());
        }
    }

    @Override
    public void onError(Throwable failure) {
        end();
    }

    @Override
    public void onCompleted() {
        end();
        loop.execute(out::onCompleted);
    }

    private void follow(long id, String channel) {
        Optional<ShardReplica> replica = replica(channel);
        Entry entry = new Entry(id);
        Error refusal = replica.isEmpty()
                ? Errors.of(Reason.REASON_NO_REPLICA, Checks.text("channel", channel, "one with a replica here"))
                : admit(entry);
        if (refusal != null) {
            enqueue(ended(id, refusal));
            return;
        }
        readers.read(() -> replica.orElseThrow().follow(channel, entry))
                .whenComplete((following, failure) -> began(entry, following, failure));
    }

    private Optional<ShardReplica> replica(String channel) {
        try {
            return shards.shardOf(ChannelName.parse(channel)).flatMap(replication::replica);
        } catch (IllegalArgumentException notAChannel) {
            return Optional.empty();
        }
    }

    private synchronized @Nullable Error admit(Entry entry) {
        if (follows.size() >= FOLLOWS_MAX) {
            return Errors.of(
                    Reason.REASON_OVERLOADED, Checks.text("follows", follows.size() + 1, "at most " + FOLLOWS_MAX));
        }
        if (!ended) {
            follows.put(entry.id, entry);
        }
        return null;
    }

    private void began(Entry entry, @Nullable Following following, @Nullable Throwable failure) {
        boolean unwanted;
        synchronized (this) {
            unwanted = follows.get(entry.id) != entry;
            if (following != null && !unwanted) {
                entry.following = following;
                var start = following.start();
                enqueue(FollowEvent.newBuilder()
                        .setFollowId(entry.id)
                        .setFollowing(dev.skein.proto.node.v1.Following.newBuilder()
                                .setEpoch(start.epoch())
                                .setLastSerial(start.lastSerial()))
                        .build());
                entry.early.forEach(this::enqueue);
                entry.early.clear();
            }
        }
        if (following == null) {
            remove(entry.id);
            enqueue(ended(entry.id, ChannelReads.errorOf(Objects.requireNonNull(failure))));
        } else if (unwanted) {
            following.close();
        }
    }

    private synchronized void appended(Entry entry, TailBatch batch) {
        if (follows.get(entry.id) != entry) {
            return;
        }
        FollowBatch.Builder messages = FollowBatch.newBuilder().setEpoch(batch.epoch());
        for (TailMessage each : batch.messages()) {
            messages.addMessages(each.encoded());
        }
        FollowEvent event = FollowEvent.newBuilder()
                .setFollowId(entry.id)
                .setBatch(messages)
                .build();
        if (queueBytes + event.getSerializedSize() > QUEUE_BYTES_MAX || entry.early.size() > 1_000) {
            cut(entry, Errors.of(Reason.REASON_SLOW_CONSUMER, "the stream takes messages too slowly"));
        } else if (entry.following == null) {
            entry.early.add(event);
        } else {
            enqueue(event);
        }
    }

    private synchronized void lost(Entry entry) {
        if (follows.get(entry.id) == entry) {
            cut(entry, Errors.of(Reason.REASON_NO_REPLICA, "the replica stopped or jumped ahead"));
        }
    }

    private void cut(Entry entry, Error error) {
        follows.remove(entry.id);
        enqueue(ended(entry.id, error));
        loop.execute(() -> close(entry));
    }

    private static FollowEvent ended(long id, Error error) {
        return FollowEvent.newBuilder().setFollowId(id).setEnded(error).build();
    }

    private synchronized void enqueue(FollowEvent event) {
        if (!ended) {
            queue.add(event);
            queueBytes += event.getSerializedSize();
            if (!draining) {
                draining = true;
                loop.execute(this::drain);
            }
        }
    }

    /** On the loop, which alone sends; the lock is free meanwhile, so that an apply thread never waits for the transport. */
    private void drain() {
        for (FollowEvent event = next(); event != null; event = next()) {
            out.onNext(event);
        }
    }

    private synchronized @Nullable FollowEvent next() {
        if (queue.isEmpty() || ended || !out.isReady()) {
            draining = false;
            return null;
        }
        FollowEvent event = queue.remove();
        queueBytes -= event.getSerializedSize();
        return event;
    }

    private synchronized @Nullable Entry remove(long id) {
        return follows.remove(id);
    }

    private static void close(@Nullable Entry entry) {
        if (entry != null && entry.following != null) {
            entry.following.close();
        }
    }

    private void end() {
        List<Entry> open;
        synchronized (this) {
            ended = true;
            queue.clear();
            queueBytes = 0;
            open = List.copyOf(follows.values());
            follows.clear();
        }
        loop.execute(() -> open.forEach(FollowAdapter::close));
    }

    /** One followed channel. */
    private final class Entry implements TailListener {

        private final long id;

        /** Batches that came before the follow was answered. */
        private final ArrayDeque<FollowEvent> early = new ArrayDeque<>();

        private volatile @Nullable Following following;

        Entry(long id) {
            this.id = id;
        }

        @Override
        public void appended(TailBatch batch) {
            FollowAdapter.this.appended(this, batch);
        }

        @Override
        public void lost() {
            FollowAdapter.this.lost(this);
        }
    }
}
