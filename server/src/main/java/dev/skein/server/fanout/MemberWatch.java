package dev.skein.server.fanout;

import dev.skein.proto.node.v1.ChannelMember;
import dev.skein.proto.node.v1.MemberEvent;
import dev.skein.proto.node.v1.MemberEvents;
import dev.skein.proto.node.v1.NodeServiceGrpc;
import dev.skein.proto.node.v1.WatchMembersRequest;
import dev.skein.replication.presence.Member;
import dev.skein.replication.presence.PresenceEvent;
import dev.skein.replication.presence.PresenceEvent.Kind;
import dev.skein.replication.presence.ShardPresence;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Hears from another node who comes and goes in a channel. */
final class MemberWatch implements StreamObserver<MemberEvents> {

    private final Context.CancellableContext call;
    private final ShardPresence.Listener listener;

    private MemberWatch(Context.CancellableContext call, ShardPresence.Listener listener) {
        this.call = call;
        this.listener = listener;
    }

    static ChannelSource.Follow open(Channel channel, String name, ShardPresence.Listener listener) {
        Context.CancellableContext call = Context.ROOT.withCancellation();
        WatchMembersRequest request =
                WatchMembersRequest.newBuilder().setChannel(name).build();
        call.run(() -> NodeServiceGrpc.newStub(channel).watchMembers(request, new MemberWatch(call, listener)));
        return () -> call.cancel(null);
    }

    static Member member(ChannelMember member) {
        return new Member(member.getClient(), member.getUser(), member.getInfo(), member.getChannelInfo());
    }

    @Override
    public void onNext(MemberEvents events) {
        List<PresenceEvent> known = events.getEventsList().stream()
                .filter(event -> event.getKind() != MemberEvent.Kind.KIND_UNSPECIFIED
                        && event.getKind() != MemberEvent.Kind.UNRECOGNIZED)
                .map(event -> new PresenceEvent(kind(event.getKind()), member(event.getMember())))
                .toList();
        if (!known.isEmpty() && !call.isCancelled()) {
            listener.changed(known);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!call.isCancelled()) {
            call.cancel(null);
            listener.lost();
        }
    }

    @Override
    public void onCompleted() {
        if (!call.isCancelled()) {
            call.cancel(null);
            listener.lost();
        }
    }

    private static Kind kind(MemberEvent.Kind kind) {
        return switch (kind) {
            case KIND_JOINED -> Kind.JOINED;
            case KIND_LEFT -> Kind.LEFT;
            default -> Kind.UPDATED;
        };
    }
}
