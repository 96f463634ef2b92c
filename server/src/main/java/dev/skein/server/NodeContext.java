package dev.skein.server;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.NodeId;
import dev.skein.core.TimeSource;
import dev.skein.server.config.NodeEntry;
import dev.skein.server.config.SkeinConfig;
import io.grpc.ManagedChannel;
import java.util.Random;
import java.util.function.Function;

/**
 * What every part of a node is given.
 *
 * @param config the whole configuration
 * @param clusterId identity of the cluster, the same on every node
 * @param channels makes connections to {@code host:port}; whoever asks owns and closes them
 * @param loops the threads of all connections
 * @param peers where other nodes are
 * @param time the clocks
 * @param random seeds the parts' own generators
 * @param metrics where the parts register what they measure
 * @param cleanup closes what a part opens beside itself, after the part
 */
record NodeContext(
        SkeinConfig config,
        String clusterId,
        Function<String, ManagedChannel> channels,
        EventLoops loops,
        PeerDirectory peers,
        TimeSource time,
        Random random,
        MetricRegistry metrics,
        Cleanup cleanup) {

    NodeId id() {
        return config.node().self().id();
    }

    NodeEntry self() {
        return config.node().self();
    }
}
