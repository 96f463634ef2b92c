package dev.skein.server;

import dev.skein.core.Checks;
import io.grpc.ManagedChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Connections by address for a part that doesn't own any: one each, kept until closed. */
final class ChannelCache implements Function<String, ManagedChannel>, AutoCloseable {

    /** More addresses than a cluster may have members can only come from a defect or an attack. */
    private static final int CHANNELS_MAX = 1_024;

    private final Function<String, ManagedChannel> factory;
    private final Map<String, ManagedChannel> channels = new HashMap<>();

    ChannelCache(Function<String, ManagedChannel> factory) {
        this.factory = factory;
    }

    @Override
    public synchronized ManagedChannel apply(String address) {
        Checks.check(
                channels.size() < CHANNELS_MAX || channels.containsKey(address),
                "peer",
                address,
                "at most " + CHANNELS_MAX + " addresses");
        return channels.computeIfAbsent(address, factory);
    }

    @Override
    public synchronized void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
    }
}
