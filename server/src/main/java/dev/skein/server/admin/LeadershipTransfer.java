package dev.skein.server.admin;

import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.admin.v1.TransferLeadershipRequest;
import dev.skein.proto.admin.v1.TransferLeadershipResponse;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.ShardReplica;
import dev.skein.wire.Errors;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Carries the wish for another leader to the shard's present one: once, so that two nodes of different opinion don't play ball. */
public final class LeadershipTransfer {

    private final NodeId self;
    private final Replication replication;
    private final PeerConnections peers;
    private final Function<String, Optional<String>> gossipedLeader;

    public LeadershipTransfer(
            NodeId self,
            Replication replication,
            PeerConnections peers,
            Function<String, Optional<String>> gossipedLeader) {
        this.self = self;
        this.replication = replication;
        this.peers = peers;
        this.gossipedLeader = gossipedLeader;
    }

    /** Asks the shard's leader; fails with {@link ReplicationException}. */
    CompletableFuture<Void> to(ShardId shard, NodeId node) {
        Optional<ShardReplica> local = replication.replica(shard).filter(ShardReplica::isLeader);
        if (local.isPresent()) {
            return local.get().transferLeadership(node);
        }
        Optional<String> leader = leaderOf(shard).filter(each -> !each.equals(self.value()));
        if (leader.isEmpty() || Forwarded.isCurrent()) {
            return CompletableFuture.failedFuture(new ReplicationException(
                    leader.map(each -> notLeader(shard, each)).orElseGet(() -> noLeader(shard))));
        }
        return forward(leader.get(), shard, node);
    }

    private Optional<String> leaderOf(ShardId shard) {
        Optional<String> known =
                replication.replica(shard).flatMap(ShardReplica::leader).map(NodeId::value);
        return known.isPresent() ? known : gossipedLeader.apply(shard.group());
    }

    private CompletableFuture<Void> forward(String leader, ShardId shard, NodeId node) {
        Optional<ManagedChannel> channel = peers.to(leader);
        if (channel.isEmpty()) {
            return CompletableFuture.failedFuture(new ReplicationException(noLeader(shard)));
        }
        TransferLeadershipRequest request = TransferLeadershipRequest.newBuilder()
                .setNamespace(shard.namespace())
                .setShard(shard.number())
                .setNode(node.value())
                .build();
        UnaryAnswer<TransferLeadershipResponse> answer = new UnaryAnswer<>();
        Forwarded.stub(channel.get(), self).transferLeadership(request, answer);
        return answer.future().thenApply(done -> null);
    }

    private static Error notLeader(ShardId shard, String leader) {
        return Errors.of(Reason.REASON_NOT_LEADER, "shard " + shard + " is led by " + leader, Map.of("leader", leader));
    }

    private static Error noLeader(ShardId shard) {
        return Errors.of(Reason.REASON_NO_LEADER, "shard " + shard + " has no leader that this node knows of");
    }
}
