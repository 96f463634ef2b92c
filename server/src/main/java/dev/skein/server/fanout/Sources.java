package dev.skein.server.fanout;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.replication.ReplicaRole;
import dev.skein.replication.Replication;
import dev.skein.server.locate.Neighbours;
import dev.skein.server.locate.PeerChannels;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loop.Loop;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The replicas a channel can be read from, nearest first. Thread-safe. */
public final class Sources implements AutoCloseable {

    /** A node that has just failed is put last for this long. */
    private static final long FAILED_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final NodeId self;
    private final Replication replication;
    private final ShardMap shards;
    private final Neighbours neighbours;
    private final PeerChannels channels;
    private final ReaderPool readers;
    private final Loop loop;
    private final TimeSource time;

    // Keyed by members of the cluster.
    private final Map<NodeId, FollowLink> links = new ConcurrentHashMap<>();
    private final Map<NodeId, Long> failed = new ConcurrentHashMap<>();

    public Sources(
            NodeId self,
            Replication replication,
            ShardMap shards,
            Neighbours neighbours,
            PeerChannels channels,
            ReaderPool readers,
            Loop loop,
            TimeSource time) {
        this.self = self;
        this.replication = replication;
        this.shards = shards;
        this.neighbours = neighbours;
        this.channels = channels;
        this.readers = readers;
        this.loop = loop;
        this.time = time;
    }

    /** The best source of a shard. */
    Optional<ChannelSource> nearest(ShardId shard) {
        Optional<ChannelSource> here = local(shard);
        return here.isPresent() ? here : of(shard).stream().findFirst();
    }

    /** All sources of a shard, best first: the local replica, then reachable nodes by round trip, then the rest. */
    List<ChannelSource> of(ShardId shard) {
        List<ChannelSource> sources = new ArrayList<>();
        local(shard).ifPresent(sources::add);
        shards.replicas(shard).stream()
                .filter(node -> !node.equals(self))
                .map(node -> new Ranked(node, doubtful(node), rtt(node)))
                .sorted(Comparator.comparing(Ranked::doubtful).thenComparing(Ranked::rttMicros))
                .forEach(ranked -> remote(ranked.node()).ifPresent(sources::add));
        return sources;
    }

    /** A source has just failed; others come first for a while. */
    void failed(NodeId node) {
        failed.put(node, time.nanoTime());
    }

    @Override
    public void close() {
        links.values().forEach(FollowLink::close);
    }

    private Optional<ChannelSource> local(ShardId shard) {
        return replication
                .replica(shard)
                .filter(replica -> replica.report().role() != ReplicaRole.FENCED)
                .map(replica -> new LocalSource(self, replica, readers, loop));
    }

    private Optional<ChannelSource> remote(NodeId node) {
        return channels.to(node).map(channel -> new RemoteSource(node, channel, link(node, channel)));
    }

    private FollowLink link(NodeId node, ManagedChannel channel) {
        return links.compute(node, (key, link) -> link != null && link.uses(channel) ? link : replaced(link, channel));
    }

    private FollowLink replaced(@Nullable FollowLink old, ManagedChannel channel) {
        if (old != null) {
            loop.execute(old::close);
        }
        return new FollowLink(channel, loop, time);
    }

    private boolean doubtful(NodeId node) {
        Long at = failed.get(node);
        return at != null && time.nanoTime() - at < FAILED_NANOS || !neighbours.reachable(node);
    }

    private long rtt(NodeId node) {
        return shards.node(node)
                .map(member -> neighbours.rttMicros(member.getRegion()))
                .orElse(Long.MAX_VALUE);
    }

    private record Ranked(NodeId node, boolean doubtful, long rttMicros) {}
}
