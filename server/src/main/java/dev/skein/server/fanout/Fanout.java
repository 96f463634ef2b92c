package dev.skein.server.fanout;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.ChannelName;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.client.v1.Subscribe;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loop;
import dev.skein.server.loop.Loops;
import dev.skein.server.publish.PublishCheck;
import dev.skein.wire.Errors;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A node's subscriptions and reads: opens subscriptions, owns the tails. Thread-safe. */
public final class Fanout implements AutoCloseable {

    private final ShardMap shards;
    private final ChannelTails tails;
    private final ChannelReads reads;
    private final MemberFeeds members;
    private final Subscription.Parts parts;

    public Fanout(
            String clusterId,
            ShardMap shards,
            Sources sources,
            Loops loops,
            TimeSource time,
            RandomGenerator random,
            FanoutLimits limits,
            MetricRegistry registry) {
        this.shards = shards;
        tails = new ChannelTails(sources, loops, time, random, limits);
        reads = new ChannelReads(sources, loops.of(0), time);
        members = new MemberFeeds(sources, loops);
        StartResolver starts = new StartResolver(reads, clusterId);
        parts = new Subscription.Parts(tails, reads, starts, limits, new FanoutMetrics(registry, time));
        registry.gauge("deliver.ringBytes", () -> tails::ringBytes);
        registry.gauge("deliver.channels", () -> tails::size);
    }

    /** Reads of channels, wherever their replicas are. */
    public ChannelReads reads() {
        return reads;
    }

    /** Who comes and goes in channels. */
    public MemberFeeds members() {
        return members;
    }

    /**
     * Opens a subscription on the calling loop.
     *
     * @return what opened, or why not
     */
    public Opening open(Subscribe request, Loop loop, Outlet outlet) {
        ChannelName channel;
        try {
            channel = ChannelName.parse(request.getChannel());
        } catch (IllegalArgumentException invalid) {
            return new Refused(Errors.of(Reason.REASON_INVALID_CHANNEL, invalid.getMessage()));
        }
        Optional<ShardId> shard = shards.shardOf(channel);
        if (shard.isEmpty()) {
            return new Refused(PublishCheck.unknownNamespace(shards, channel.namespace()));
        }
        return tails.acquire(channel.full(), shard.get())
                .<Opening>map(tail -> {
                    Subscription opened = new Subscription(parts, loop, outlet, request, channel, shard.get(), tail);
                    opened.start(request.getStart());
                    return new Opened(opened);
                })
                .orElseGet(() -> new Refused(Subscription.tooManyChannels(tails.size())));
    }

    @Override
    public void close() {
        tails.close();
    }

    /** What became of a Subscribe. */
    public sealed interface Opening {}

    /** It runs; Subscribed or SubscriptionClosed follows. */
    public record Opened(Subscription subscription) implements Opening {}

    /** It can't be opened. */
    public record Refused(Error error) implements Opening {}
}
