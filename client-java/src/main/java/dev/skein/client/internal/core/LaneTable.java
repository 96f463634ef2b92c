package dev.skein.client.internal.core;

import com.google.protobuf.ByteString;
import dev.skein.wire.ChannelHash;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a client, by namespace and shard. What a namespace's shard count is not known for yet waits here. Lanes are as many as the
 * shards that were published to; the channels' way to them is remembered for some.
 */
final class LaneTable {

    /** Reached: all are forgotten; finding the lane again costs one hash of the name. */
    private static final int CHANNELS_MAX = 8_192;

    private final RandomGenerator random;
    private final ByteString producer;
    private final Map<String, Integer> shardsByNamespace = new HashMap<>();
    private final Map<String, ArrayDeque<PendingPublish>> homeless = new HashMap<>();
    private final Map<LaneKey, PublishLane> lanes = new HashMap<>();
    private final Map<Channel, PublishLane> byChannel = new HashMap<>();

    LaneTable(RandomGenerator random) {
        this.random = random;
        this.producer = newProducer();
    }

    /** The lane, or nothing until the channel's namespace has been described. */
    @Nullable
    PublishLane laneOf(Channel channel) {
        PublishLane known = byChannel.get(channel);
        if (known != null) {
            return known;
        }
        Integer shards = shardsByNamespace.get(channel.namespace());
        return shards == null ? null : learn(channel, shards);
    }

    /**
     * Keeps a publish until its namespace has been described.
     *
     * @return whether it is the first that waits for it
     */
    boolean await(PendingPublish publish) {
        ArrayDeque<PendingPublish> queue =
                homeless.computeIfAbsent(publish.channel.namespace(), unseen -> new ArrayDeque<>());
        queue.add(publish);
        return queue.size() == 1;
    }

    boolean awaits(String namespace) {
        return homeless.containsKey(namespace);
    }

    void described(String namespace, int shards) {
        shardsByNamespace.put(namespace, shards);
    }

    /** What waited for this namespace, in order; it waits no longer. */
    Collection<PendingPublish> release(String namespace) {
        ArrayDeque<PendingPublish> queue = homeless.remove(namespace);
        return queue == null ? List.of() : queue;
    }

    /** Removes of what waits for a namespace what the action has dealt with. */
    void removeHomelessIf(Predicate<PendingPublish> dealtWith) {
        homeless.values().forEach(queue -> queue.removeIf(dealtWith));
        homeless.values().removeIf(ArrayDeque::isEmpty);
    }

    Collection<PublishLane> lanes() {
        return lanes.values();
    }

    /** Everything there is; the table is empty after it. */
    List<PendingPublish> removeAll() {
        List<PendingPublish> all = new ArrayList<>();
        homeless.values().forEach(all::addAll);
        for (PublishLane lane : lanes.values()) {
            lane.numbered().forEach(all::add);
            lane.waiting().forEach(all::add);
        }
        homeless.clear();
        lanes.clear();
        byChannel.clear();
        return all;
    }

    private PublishLane learn(Channel channel, int shards) {
        int shard = ChannelHash.shardOf(channel.full(), shards);
        PublishLane lane = lanes.computeIfAbsent(
                new LaneKey(channel.namespace(), shard),
                unseen -> new PublishLane(producer, this::newProducer, random));
        if (byChannel.size() >= CHANNELS_MAX) {
            byChannel.clear();
        }
        byChannel.put(channel, lane);
        return lane;
    }

    private ByteString newProducer() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private record LaneKey(String namespace, int shard) {}
}
