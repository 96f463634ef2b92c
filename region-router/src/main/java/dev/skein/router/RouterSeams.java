package dev.skein.router;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import io.grpc.Channel;
import java.util.Random;
import java.util.function.Function;

/**
 * The outside world as a router meets it.
 *
 * @param channels the channel to a peer address; called on the router's thread, must not block; the giver owns the channels
 * @param metrics gets the meters and gauges named {@code router.*}
 */
public record RouterSeams(
        Function<String, ? extends Channel> channels, TimeSource time, Random random, MetricRegistry metrics) {}
