package dev.skein.server.locate;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.router.RouterNode;
import dev.skein.router.RouterNode.MemberState;
import java.util.Optional;

/** The neighbours as this node's gossip knows them. */
public final class RouterNeighbours implements Neighbours {

    private final RouterNode router;
    private final String ownRegion;

    public RouterNeighbours(RouterNode router, String ownRegion) {
        this.router = router;
        this.ownRegion = ownRegion;
    }

    @Override
    public Optional<NodeId> leaderOf(ShardId shard) {
        return router.leaderOf(shard.group()).map(NodeId::new);
    }

    @Override
    public boolean reachable(NodeId node) {
        return router.members().stream()
                .filter(member -> member.record().getNode().equals(node.value()))
                .allMatch(member -> member.state() == MemberState.ALIVE);
    }

    @Override
    public long rttMicros(String region) {
        return region.equals(ownRegion)
                ? 0
                : router.rttMicros(ownRegion, region).orElse(Long.MAX_VALUE);
    }
}
