package dev.skein.client.internal.core;

import java.util.concurrent.ConcurrentHashMap;

/** Channels by the names that the application writes, so that a name is checked once and not with every publish. Thread-safe. */
public final class KnownChannels {

    /** A few megabytes at most. Reached: all are forgotten, which costs one check each. */
    private static final int CHANNELS_MAX = 8_192;

    private final ConcurrentHashMap<String, Channel> byName = new ConcurrentHashMap<>();

    /**
     * The channel of this name.
     *
     * @throws IllegalArgumentException see {@link Channel#parse}
     */
    public Channel get(String name) {
        Channel known = byName.get(name);
        return known != null ? known : learn(name);
    }

    private Channel learn(String name) {
        Channel channel = Channel.parse(name);
        if (byName.size() >= CHANNELS_MAX) {
            byName.clear();
        }
        byName.put(name, channel);
        return channel;
    }
}
