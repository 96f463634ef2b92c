package dev.skein.server.fanout;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.replication.ChannelExtent;
import dev.skein.replication.TailBatch;
import dev.skein.server.fanout.ChannelSource.Follow;
import dev.skein.server.fanout.ChannelSource.SourceListener;
import dev.skein.server.loop.Loop;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The live end of one channel on this node: a ring, and the follow that fills it. When the follow is lost another replica is
 * followed; what was missed in between is a hole that empties the ring, and the readers fetch it from the store.
 *
 * <p>The choice of source belongs to one loop; the ring is filled on the source's threads.
 */
final class ChannelTail {

    private static final long PAUSE_MILLIS_MIN = 20;
    private static final long PAUSE_MILLIS_MAX = 1_000;

    private final String channel;
    private final ShardId shard;
    private final TailRing ring;
    private final Sources sources;
    private final Loop loop;
    private final RandomGenerator random;
    private final Map<Loop, TailReaders> readers;

    // Owned by the loop.
    private @Nullable Follow follow;
    private @Nullable NodeId source;
    private int failures;
    private boolean closed;

    /** Tells a listener of an earlier follow from the present one. Written by the loop. */
    private volatile int generation;

    ChannelTail(
            String channel,
            ShardId shard,
            TailRing ring,
            Sources sources,
            Loop loop,
            RandomGenerator random,
            Map<Loop, TailReaders> readers) {
        this.channel = channel;
        this.shard = shard;
        this.ring = ring;
        this.sources = sources;
        this.loop = loop;
        this.random = random;
        this.readers = readers;
    }

    TailRing ring() {
        return ring;
    }

    /** The waiting room of a subscription's loop. */
    TailReaders readers(Loop of) {
        return readers.get(of);
    }

    void open() {
        loop.execute(this::followNearest);
    }

    void close() {
        loop.execute(() -> {
            closed = true;
            unfollow();
            ring.clear();
        });
    }

    /** Moves to a nearer replica if there is one now. */
    void reconsider() {
        loop.execute(() -> {
            if (!closed
                    && source != null
                    && sources.nearest(shard).filter(this::isOther).isPresent()) {
                followNearest();
            }
        });
    }

    private void followNearest() {
        unfollow();
        Optional<ChannelSource> nearest = closed ? Optional.empty() : sources.nearest(shard);
        if (nearest.isEmpty()) {
            retryLater();
            return;
        }
        source = nearest.get().node();
        follow = nearest.get().follow(channel, new Listener(generation));
    }

    private boolean isOther(ChannelSource candidate) {
        return !candidate.node().equals(source);
    }

    private void unfollow() {
        generation++;
        source = null;
        if (follow != null) {
            follow.close();
            follow = null;
        }
    }

    private void lost(int ofGeneration) {
        if (ofGeneration != generation || closed) {
            return;
        }
        if (source != null) {
            sources.failed(source);
        }
        unfollow();
        retryLater();
    }

    private void retryLater() {
        if (closed) {
            return;
        }
        int expected = generation;
        long whole = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_MIN << Math.min(failures++, 10));
        loop.schedule(whole / 2 + random.nextLong(whole / 2 + 1), () -> {
            if (expected == generation) {
                followNearest();
            }
        });
    }

    private void wakeReaders() {
        readers.values().forEach(TailReaders::wake);
    }

    private final class Listener implements SourceListener {

        private final int ofGeneration;

        Listener(int ofGeneration) {
            this.ofGeneration = ofGeneration;
        }

        @Override
        public void started(ChannelExtent extent) {
            if (ofGeneration == generation) {
                ring.started(extent);
                wakeReaders();
                loop.execute(() -> failures = 0);
            }
        }

        @Override
        public void appended(TailBatch batch) {
            if (ofGeneration == generation) {
                ring.append(batch);
                wakeReaders();
            }
        }

        @Override
        public void lost() {
            loop.execute(() -> ChannelTail.this.lost(ofGeneration));
        }
    }
}
