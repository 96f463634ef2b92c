package dev.skein.replication.shard;

import dev.skein.replication.TailBatch;
import dev.skein.replication.TailMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who follows which channel. The lock is also what makes a following exact: a batch is made visible to readers, and the
 * followers it goes to are picked, under the same lock under which a new follower reads its extent and is added. Their number is
 * the server's concern. Thread-safe; deliveries only by the apply thread.
 */
final class Followers {

    private final Map<String, List<Follower>> byChannel = new HashMap<>();

    /** Hold it to make a batch visible and to start a following. */
    Object lock() {
        return this;
    }

    synchronized void add(Follower follower) {
        byChannel.merge(follower.channel, List.of(follower), Followers::joined);
    }

    synchronized void remove(Follower follower) {
        byChannel.computeIfPresent(follower.channel, (channel, all) -> {
            List<Follower> rest =
                    all.stream().filter(other -> other != follower).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /** The part of a batch that somebody follows. */
    synchronized List<Delivery> pick(List<TailSlice> slices) {
        if (byChannel.isEmpty()) {
            return List.of();
        }
        Map<String, Delivery> deliveries = new LinkedHashMap<>();
        for (TailSlice slice : slices) {
            List<Follower> followers = byChannel.get(slice.channel());
            if (followers != null) {
                deliveries
                        .computeIfAbsent(
                                slice.channel(), channel -> new Delivery(channel, new ArrayList<>(), followers))
                        .slices
                        .add(slice);
            }
        }
        return List.copyOf(deliveries.values());
    }

    /** Tells everybody that the tail is lost, and forgets them. */
    void loseAll() {
        List<Follower> all;
        synchronized (this) {
            all = byChannel.values().stream().flatMap(List::stream).toList();
            byChannel.clear();
        }
        all.forEach(Follower::lost);
    }

    private static List<Follower> joined(List<Follower> some, List<Follower> more) {
        List<Follower> all = new ArrayList<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    /**
     * New messages of one channel and who gets them.
     *
     * @param channel full name
     * @param slices the messages, in order
     * @param followers at the moment the messages became visible
     */
    record Delivery(String channel, List<TailSlice> slices, List<Follower> followers) {

        /** Encodes once, for all. */
        void run(long epoch) {
            List<TailMessage> encoded = new ArrayList<>();
            for (TailSlice slice : slices) {
                for (int i = 0; i < slice.count(); i++) {
                    encoded.add(slice.at(i).encode());
                }
            }
            TailBatch batch = new TailBatch(channel, epoch, encoded);
            followers.forEach(follower -> follower.deliver(batch));
        }
    }
}
