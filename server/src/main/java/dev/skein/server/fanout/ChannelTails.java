package dev.skein.server.fanout;

import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.server.loop.Loop;
import dev.skein.server.loop.Loops;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The tails of all channels with subscribers on this node; a tail lives as long as it has any. Thread-safe. */
public final class ChannelTails implements AutoCloseable {

    private static final long RECONSIDER_MILLIS = 5_000;

    private final Sources sources;
    private final Loops loops;
    private final TimeSource time;
    private final RandomGenerator random;
    private final FanoutLimits limits;
    private final RingBudget budget;
    private final Map<String, Held> tails = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public ChannelTails(Sources sources, Loops loops, TimeSource time, RandomGenerator random, FanoutLimits limits) {
        this.sources = sources;
        this.loops = loops;
        this.time = time;
        this.random = random;
        this.limits = limits;
        this.budget = new RingBudget(limits.ringBytesOfNodeMax());
        loops.of(0).schedule(RECONSIDER_MILLIS, this::reconsider);
    }

    /** Bytes in all rings. */
    public long ringBytes() {
        return budget.bytes();
    }

    /** Channels followed. */
    public int size() {
        return tails.size();
    }

    /** One more subscription of a channel; empty when the node follows too many channels. Balanced by {@link #release}. */
    Optional<ChannelTail> acquire(String channel, ShardId shard) {
        if (tails.size() >= limits.channelsMax() && !tails.containsKey(channel)) {
            return Optional.empty();
        }
        Held held = tails.compute(channel, (key, present) -> {
            Held grown = present == null ? open(channel, shard) : present;
            grown.subscriptions++;
            return grown;
        });
        return Optional.of(held.tail);
    }

    /** One subscription less. */
    void release(String channel) {
        tails.computeIfPresent(channel, (key, held) -> {
            held.subscriptions--;
            return held.subscriptions > 0 ? held : ended(held);
        });
    }

    @Override
    public void close() {
        closed = true;
        tails.values().forEach(held -> held.tail.close());
        tails.clear();
    }

    private Held open(String channel, ShardId shard) {
        Map<Loop, TailReaders> readers = new IdentityHashMap<>();
        loops.all().forEach(loop -> readers.put(loop, new TailReaders(loop)));
        TailRing ring = new TailRing(limits.ringMessagesMax(), limits.ringBytesMax(), budget, time);
        ChannelTail tail =
                new ChannelTail(channel, shard, ring, sources, loops.of(channel.hashCode()), random, readers);
        tail.open();
        return new Held(tail);
    }

    private static @Nullable Held ended(Held held) {
        held.tail.close();
        return null;
    }

    private void reconsider() {
        if (!closed) {
            tails.values().forEach(held -> held.tail.reconsider());
            loops.of(0).schedule(RECONSIDER_MILLIS, this::reconsider);
        }
    }

    /** A tail and how many subscriptions need it; the count changes only inside the map's compute. */
    private static final class Held {

        private final ChannelTail tail;
        private int subscriptions;

        Held(ChannelTail tail) {
            this.tail = tail;
        }
    }
}
