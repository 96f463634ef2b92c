package dev.skein.server.publish;

import dev.skein.core.ChannelName;
import dev.skein.server.locate.NamespaceFacts;
import dev.skein.server.locate.ShardMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Channels that were published to lately, by the name as it was written, so that checking a name again costs one look-up.
 * Thread-safe.
 *
 * <p>Two generations: names go into the younger one; when it is full, it becomes the older one, and what was that is forgotten.
 * A name of the older one that is asked for moves on to the younger one.
 */
final class KnownChannels {

    /** Names of a generation, at about 200 bytes each. */
    private final int namesMax;

    private final ShardMap shards;
    private volatile Map<String, KnownChannel> younger = new ConcurrentHashMap<>();
    private volatile Map<String, KnownChannel> older = Map.of();

    KnownChannels(ShardMap shards, int namesMax) {
        this.shards = shards;
        this.namesMax = namesMax;
    }

    /**
     * A channel.
     *
     * @return null when its namespace doesn't exist
     * @throws IllegalArgumentException naming the part of the name that is wrong
     */
    @Nullable
    KnownChannel find(String written) {
        KnownChannel known = younger.get(written);
        if (known != null) {
            return known;
        }
        known = older.get(written);
        if (known == null) {
            known = read(written);
        }
        if (known != null) {
            keep(written, known);
        }
        return known;
    }

    private @Nullable KnownChannel read(String written) {
        ChannelName name = ChannelName.parse(written);
        Optional<NamespaceFacts> facts = shards.namespace(name.namespace());
        if (facts.isEmpty()) {
            return null;
        }
        String full = name.full().equals(written) ? written : name.full();
        return new KnownChannel(facts.get().name(), full, facts.get().shards());
    }

    private void keep(String written, KnownChannel known) {
        if (younger.size() >= namesMax) {
            turn();
        }
        younger.put(written, known);
    }

    private synchronized void turn() {
        if (younger.size() >= namesMax) {
            older = younger;
            younger = new ConcurrentHashMap<>();
        }
    }
}
