package dev.skein.server.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.Namespace;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.ShardPlacement;
import dev.skein.proto.replication.v1.ControlState;
import dev.skein.server.loopback.LoopbackReplication;
import dev.skein.server.loopback.ManualLoop;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaderDirectoryTest {

    private static final ShardId SHARD = new ShardId("default", 0);
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final ManualLoop time = new ManualLoop();
    private final ShardMap shards = new ShardMap();
    private @Nullable NodeId gossiped;
    private final LeaderDirectory leaders = new LeaderDirectory(
            new NodeId("self"), new LoopbackReplication(new NodeId("self"), List.of()), new Gossip(), shards, time);

    @Test
    void asksTheReplicasInTurnWhenNobodyKnows() {
        place("a", "b", "c");
        Set<NodeId> asked = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            asked.add(leaders.target(SHARD).orElseThrow());
        }
        assertEquals(Set.of(A, B, C), asked);
        assertEquals(Optional.empty(), leaders.leaderOf(SHARD));
    }

    @Test
    void waitsWhenThereIsNobodyToAsk() {
        assertEquals(Optional.empty(), leaders.target(SHARD));
    }

    @Test
    void prefersAHintToGossip() {
        gossiped = A;
        leaders.refused(SHARD, A, Optional.of(B));
        assertEquals(Optional.of(B), leaders.leaderOf(SHARD));
    }

    @Test
    void forgetsAHintWhenGossipHasHadTimeToCatchUp() {
        gossiped = A;
        leaders.hinted(SHARD, B);
        time.advance(3_100);
        assertEquals(Optional.of(A), leaders.leaderOf(SHARD));
    }

    @Test
    void dropsAHintThatProvedWrong() {
        leaders.hinted(SHARD, B);
        leaders.refused(SHARD, B, Optional.empty());
        assertEquals(Optional.empty(), leaders.leaderOf(SHARD));
    }

    @Test
    void doesNotNameANodeThatHasJustRefused() {
        gossiped = A;
        leaders.refused(SHARD, A, Optional.empty());
        assertEquals(Optional.empty(), leaders.leaderOf(SHARD));
        time.advance(200);
        assertEquals(Optional.of(A), leaders.leaderOf(SHARD));
    }

    private void place(String... voters) {
        shards.update(ControlState.newBuilder()
                .setVersion(1)
                .addNamespaces(Namespace.newBuilder()
                        .setSpec(NamespaceSpec.newBuilder().setName("default").setShards(1))
                        .addPlacements(ShardPlacement.newBuilder().addAllVoters(List.of(voters))))
                .build());
    }

    private final class Gossip implements Neighbours {

        @Override
        public Optional<NodeId> leaderOf(ShardId shard) {
            return Optional.ofNullable(gossiped);
        }

        @Override
        public boolean reachable(NodeId node) {
            return true;
        }

        @Override
        public long rttMicros(String region) {
            return 0;
        }
    }
}
