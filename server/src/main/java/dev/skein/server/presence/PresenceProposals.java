package dev.skein.server.presence;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.node.v1.ChangePresenceRequest;
import dev.skein.proto.node.v1.ChangePresenceResponse;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.replication.v1.PresenceChange;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.replication.presence.PresenceOutcome.RefusedMember;
import dev.skein.server.locate.LeaderDirectory;
import dev.skein.server.locate.PeerChannels;
import dev.skein.wire.Errors;
import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Takes changes of presence to a shard's leader, wherever that is. Tries once; thread-safe. */
final class PresenceProposals {

    /** A commit over continents, and some. */
    static final long TIMEOUT_MILLIS = 2_000;

    private final NodeId self;
    private final Replication replication;
    private final LeaderDirectory leaders;
    private final PeerChannels channels;

    PresenceProposals(NodeId self, Replication replication, LeaderDirectory leaders, PeerChannels channels) {
        this.self = self;
        this.replication = replication;
        this.leaders = leaders;
        this.channels = channels;
    }

    /** @param whenDone called at most once, on any thread; not at all when the leader's answer is lost here */
    void send(ShardId shard, PresenceChange change, long timeoutMillis, Consumer<PresenceOutcome> whenDone) {
        Optional<NodeId> target = leaders.target(shard);
        if (target.isEmpty()) {
            whenDone.accept(refused(Reason.REASON_NO_LEADER, "shard " + shard + " has no leader now"));
        } else if (target.get().equals(self)) {
            sendHere(shard, change, whenDone);
        } else {
            sendTo(target.get(), shard, change, timeoutMillis, whenDone);
        }
    }

    private void sendHere(ShardId shard, PresenceChange change, Consumer<PresenceOutcome> whenDone) {
        try {
            replication
                    .replica(shard)
                    .ifPresentOrElse(
                            replica -> replica.presence().change(change, whenDone),
                            () -> whenDone.accept(refused(Reason.REASON_NO_REPLICA, "shard " + shard + " isn't here")));
        } catch (ReplicationException none) {
            whenDone.accept(new PresenceOutcome.Refused(none.error()));
        }
    }

    private void sendTo(
            NodeId target,
            ShardId shard,
            PresenceChange change,
            long timeoutMillis,
            Consumer<PresenceOutcome> whenDone) {
        Optional<ManagedChannel> channel = channels.to(target);
        if (channel.isEmpty()) {
            whenDone.accept(refused(Reason.REASON_NO_LEADER, "node " + target + " isn't a member of the cluster"));
            return;
        }
        ChangePresenceRequest request = ChangePresenceRequest.newBuilder()
                .setGroup(shard.group())
                .setChange(change)
                .build();
        Futures.addCallback(
                NodeServiceGrpc.newFutureStub(channel.get())
                        .withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS)
                        .changePresence(request),
                new FutureCallback<ChangePresenceResponse>() {
                    @Override
                    public void onSuccess(ChangePresenceResponse response) {
                        if (response.hasError() && response.getError().getReason() == Reason.REASON_NOT_LEADER) {
                            leaders.refused(shard, target, leader(response.getError()));
                        }
                        whenDone.accept(outcome(response));
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        whenDone.accept(refused(Reason.REASON_OUTCOME_UNKNOWN, String.valueOf(failure.getMessage())));
                    }
                },
                MoreExecutors.directExecutor());
    }

    private static Optional<NodeId> leader(Error error) {
        String leader = error.getMetadataOrDefault("leader", "");
        return leader.isEmpty() ? Optional.empty() : Optional.of(new NodeId(leader));
    }

    private static PresenceOutcome outcome(ChangePresenceResponse response) {
        if (response.hasError()) {
            return new PresenceOutcome.Refused(response.getError());
        }
        if (response.getUnknownHolder()) {
            return new PresenceOutcome.UnknownHolder();
        }
        return new PresenceOutcome.Applied(response.getRefusedList().stream()
                .map(each -> new RefusedMember(each.getOrdinal(), each.getError()))
                .toList());
    }

    private static PresenceOutcome refused(Reason reason, String text) {
        return new PresenceOutcome.Refused(Errors.of(reason, text));
    }
}
