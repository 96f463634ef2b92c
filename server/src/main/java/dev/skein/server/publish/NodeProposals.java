package dev.skein.server.publish;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.Replication;
import dev.skein.replication.ShardReplica;
import dev.skein.server.locate.LeaderDirectory;
import dev.skein.server.locate.PeerChannels;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loop;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Proposes at the local replica, or over one link to each other node that all sessions share. Thread-safe. */
public final class NodeProposals implements Proposals, AutoCloseable {

    private static final long INQUIRY_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int INQUIRY_NODES = 2;
    private static final long WARM_MILLIS = 3_000;

    private final NodeId self;
    private final Replication replication;
    private final ShardMap shards;
    private final LeaderDirectory leaders;
    private final PeerChannels channels;
    private final Loop loop;
    private final TimeSource time;
    private final PublishMetrics metrics;

    // One for each other node; the members of the cluster are few.
    private final Map<NodeId, ForwardLink> links = new ConcurrentHashMap<>();
    private final Map<ShardId, Long> inquiries = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public NodeProposals(
            NodeId self,
            Replication replication,
            ShardMap shards,
            LeaderDirectory leaders,
            PeerChannels channels,
            Loop loop,
            TimeSource time,
            PublishMetrics metrics) {
        this.self = self;
        this.replication = replication;
        this.shards = shards;
        this.leaders = leaders;
        this.channels = channels;
        this.loop = loop;
        this.time = time;
        this.metrics = metrics;
        warmLater();
    }

    @Override
    public void propose(
            NodeId target, ShardId shard, SectionView section, long timeoutMillis, Consumer<PublishOutcome> whenDone) {
        if (target.equals(self)) {
            proposeHere(shard, section, whenDone);
            return;
        }
        Optional<ManagedChannel> channel = channels.to(target);
        if (channel.isEmpty()) {
            whenDone.accept(
                    refused(Reason.REASON_NO_LEADER, "node: " + target + " (expected: a member of the cluster)"));
            return;
        }
        metrics.forwarded();
        link(target, channel.get()).propose(shard, section, timeoutMillis, whenDone);
    }

    @Override
    public void inquire(ShardId shard) {
        long now = time.nanoTime();
        Long last = inquiries.get(shard);
        if (replication.replica(shard).isPresent() || last != null && now - last < INQUIRY_GAP_NANOS) {
            return;
        }
        inquiries.put(shard, now);
        askable(shard).forEach(node -> channels.to(node)
                .ifPresent(channel -> link(node, channel).inquire(shard, outcome -> heard(shard, node, outcome))));
    }

    @Override
    public void close() {
        closed = true;
        links.values().forEach(ForwardLink::close);
    }

    /** Any node may lead after a failover, so a stream to each is kept. */
    private void warmLater() {
        loop.schedule(WARM_MILLIS, () -> {
            if (!closed) {
                shards.members().stream().filter(node -> !node.equals(self)).forEach(node -> channels.to(node)
                        .ifPresent(channel -> link(node, channel).keepWarm()));
                warmLater();
            }
        });
    }

    private void proposeHere(ShardId shard, SectionView section, Consumer<PublishOutcome> whenDone) {
        Optional<ShardReplica> replica = replication.replica(shard);
        if (replica.isEmpty()) {
            whenDone.accept(
                    refused(Reason.REASON_NO_REPLICA, "shard: " + shard + " (expected: one with a replica here)"));
        } else {
            replica.get().publish(section, whenDone);
        }
    }

    private ForwardLink link(NodeId target, ManagedChannel channel) {
        return links.compute(
                target,
                (node, link) -> link != null && link.uses(channel)
                        ? link
                        : replaced(link, new ForwardLink(node, channel, loop, time)));
    }

    private static ForwardLink replaced(@Nullable ForwardLink old, ForwardLink fresh) {
        if (old != null) {
            old.close();
        }
        return fresh;
    }

    /** A few replicas, a different few each time. */
    private List<NodeId> askable(ShardId shard) {
        List<NodeId> others = shards.replicas(shard).stream()
                .filter(node -> !node.equals(self))
                .toList();
        if (others.size() <= INQUIRY_NODES) {
            return others;
        }
        int from = (int) Math.floorMod(time.nanoTime() / INQUIRY_GAP_NANOS, (long) others.size() - INQUIRY_NODES + 1);
        return others.subList(from, from + INQUIRY_NODES);
    }

    private void heard(ShardId shard, NodeId node, PublishOutcome outcome) {
        if (outcome instanceof PublishOutcome.Accepted) {
            leaders.hinted(shard, node);
        } else if (outcome instanceof PublishOutcome.Refused refused) {
            Refusals.leader(refused.error()).ifPresent(leader -> leaders.hinted(shard, leader));
        }
    }

    static PublishOutcome refused(Reason reason, String text) {
        Error error = Errors.of(reason, text);
        return new PublishOutcome.Refused(error);
    }
}
