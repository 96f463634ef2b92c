package dev.skein.server.node;

import dev.skein.core.ChannelName;
import dev.skein.core.Checks;
import dev.skein.core.ShardId;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.node.v1.ChangePresenceRequest;
import dev.skein.proto.node.v1.ChangePresenceResponse;
import dev.skein.proto.node.v1.ChannelMember;
import dev.skein.proto.node.v1.MemberEvent;
import dev.skein.proto.node.v1.MemberEvents;
import dev.skein.proto.node.v1.ReadMembersRequest;
import dev.skein.proto.node.v1.ReadMembersResponse;
import dev.skein.proto.node.v1.RefusedMember;
import dev.skein.replication.Replication;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.presence.Member;
import dev.skein.replication.presence.MemberCounts;
import dev.skein.replication.presence.MemberPage;
import dev.skein.replication.presence.PresenceEvent;
import dev.skein.replication.presence.PresenceOutcome;
import dev.skein.replication.presence.ShardPresence;
import dev.skein.server.locate.ShardMap;
import dev.skein.wire.Errors;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;

/** Other nodes' calls about presence, answered by this node's replicas. */
final class MemberCalls {

    private MemberCalls() {}

    static void change(
            Replication replication, ChangePresenceRequest request, StreamObserver<ChangePresenceResponse> out) {
        // Whoever asks may have given up by the time there is an answer.
        ((ServerCallStreamObserver<ChangePresenceResponse>) out).setOnCancelHandler(() -> {});
        Optional<ShardPresence> presence = presence(replication, request.getGroup());
        if (presence.isEmpty()) {
            answer(new PresenceOutcome.Refused(noReplica("group", request.getGroup())), out);
        } else {
            presence.get().change(request.getChange(), outcome -> answer(outcome, out));
        }
    }

    private static Optional<ShardPresence> presence(Replication replication, String group) {
        try {
            return replication.replica(ShardId.parse(group)).map(replica -> replica.presence());
        } catch (IllegalArgumentException notAShard) {
            return Optional.empty();
        }
    }

    private static void answer(PresenceOutcome outcome, StreamObserver<ChangePresenceResponse> out) {
        ChangePresenceResponse.Builder response = ChangePresenceResponse.newBuilder();
        if (outcome instanceof PresenceOutcome.Applied applied) {
            applied.refused()
                    .forEach(each -> response.addRefused(RefusedMember.newBuilder()
                            .setOrdinal(each.ordinal())
                            .setError(each.error())));
        } else if (outcome instanceof PresenceOutcome.Refused refused) {
            response.setError(refused.error());
        } else {
            response.setUnknownHolder(true);
        }
        out.onNext(response.build());
        out.onCompleted();
    }

    static ReadMembersResponse read(ShardPresence presence, ReadMembersRequest request) {
        if (request.getMax() == 0) {
            MemberCounts counts = presence.counts(request.getChannel());
            return ReadMembersResponse.newBuilder()
                    .setMemberCount(counts.members())
                    .setUserCount(counts.users())
                    .build();
        }
        MemberPage page = presence.members(request.getChannel(), request.getAfter(), Math.max(1, request.getMax()));
        return ReadMembersResponse.newBuilder()
                .addAllMembers(page.members().stream().map(MemberCalls::member).toList())
                .setMore(page.more())
                .build();
    }

    static void watch(
            Replication replication, ShardMap shards, String channel, ServerCallStreamObserver<MemberEvents> out) {
        try {
            ShardPresence presence = shards.shardOf(ChannelName.parse(channel))
                    .flatMap(replication::replica)
                    .map(replica -> replica.presence())
                    .orElseThrow(() -> new ReplicationException(noReplica("channel", channel)));
            new Watching(out).begin(presence, channel);
        } catch (IllegalArgumentException invalid) {
            out.onError(Errors.toStatus(Errors.of(Reason.REASON_INVALID_CHANNEL, invalid.getMessage())));
        } catch (ReplicationException refused) {
            out.onError(Errors.toStatus(refused.error()));
        }
    }

    private static Error noReplica(String name, String value) {
        return Errors.of(Reason.REASON_NO_REPLICA, Checks.text(name, value, "one with a replica on this node"));
    }

    private static ChannelMember member(Member member) {
        return ChannelMember.newBuilder()
                .setClient(member.client())
                .setUser(member.user())
                .setInfo(member.info())
                .setChannelInfo(member.channelInfo())
                .build();
    }

    private static MemberEvent event(PresenceEvent event) {
        MemberEvent.Kind kind =
                switch (event.kind()) {
                    case JOINED -> MemberEvent.Kind.KIND_JOINED;
                    case LEFT -> MemberEvent.Kind.KIND_LEFT;
                    case UPDATED -> MemberEvent.Kind.KIND_UPDATED;
                };
        return MemberEvent.newBuilder()
                .setKind(kind)
                .setMember(member(event.member()))
                .build();
    }

    /** Tells another node who comes and goes. One that doesn't take it in is left to ask again. */
    private static final class Watching implements ShardPresence.Listener {

        /** Events sent and not taken in by the connection. Reached: the watch ends. */
        private static final int UNSENT_MAX = 10_000;

        private final ServerCallStreamObserver<MemberEvents> out;
        private ShardPresence.Watch watch = () -> {};
        private int unsent;
        private boolean ended;

        Watching(ServerCallStreamObserver<MemberEvents> out) {
            this.out = out;
            out.setOnCancelHandler(this::cancelled);
        }

        synchronized void begin(ShardPresence presence, String channel) {
            out.onNext(MemberEvents.getDefaultInstance());
            watch = presence.watch(channel, this);
        }

        private synchronized void cancelled() {
            ended = true;
            watch.close();
        }

        @Override
        public synchronized void changed(List<PresenceEvent> events) {
            if (ended || out.isCancelled()) {
                return;
            }
            unsent = out.isReady() ? 0 : unsent + events.size();
            if (unsent > UNSENT_MAX) {
                lost();
                return;
            }
            out.onNext(MemberEvents.newBuilder()
                    .addAllEvents(events.stream().map(MemberCalls::event).toList())
                    .build());
        }

        @Override
        public synchronized void lost() {
            if (!ended) {
                ended = true;
                watch.close();
                out.onError(Errors.toStatus(
                        Errors.of(Reason.REASON_NO_REPLICA, "members: something was missed (expected: watch again)")));
            }
        }
    }
}
