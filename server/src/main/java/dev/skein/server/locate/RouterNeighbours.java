package dev.skein.server.locate;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.router.RouterNode;
import dev.skein.router.RouterNode.MemberState;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The neighbours as this node's gossip knows them. */
public final class RouterNeighbours implements Neighbours {

    private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final RouterNode router;
    private final String ownRegion;
    private final TimeSource time;
    private volatile Doubts doubts = new Doubts(Set.of(), 0, true);

    public RouterNeighbours(RouterNode router, String ownRegion, TimeSource time) {
        this.router = router;
        this.ownRegion = ownRegion;
        this.time = time;
    }

    @Override
    public Optional<NodeId> leaderOf(ShardId shard) {
        return router.leaderOf(shard.group()).map(NodeId::new);
    }

    @Override
    public boolean reachable(NodeId node) {
        return !doubtful().contains(node.value());
    }

    @Override
    public long rttMicros(String region) {
        return region.equals(ownRegion)
                ? 0
                : router.rttMicros(ownRegion, region).orElse(Long.MAX_VALUE);
    }

    /** Looked up at most once per interval: this is asked for every read. */
    private Set<String> doubtful() {
        Doubts present = doubts;
        long now = time.nanoTime();
        if (present.none || now - present.atNanos > REFRESH_NANOS) {
            Set<String> nodes = router.members().stream()
                    .filter(member -> member.state() != MemberState.ALIVE)
                    .map(member -> member.record().getNode())
                    .collect(Collectors.toSet());
            present = new Doubts(nodes, now, false);
            doubts = present;
        }
        return present.nodes;
    }

    private record Doubts(Set<String> nodes, long atNanos, boolean none) {}
}
