package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import dev.skein.proto.edge.v1.ClientInfo;
import dev.skein.proto.edge.v1.Join;
import dev.skein.proto.edge.v1.Leave;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.replication.presence.Member;
import dev.skein.replication.presence.PresenceEvent;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Comings and goings as they are pushed in one codec, encoded once for all connections of the node as long as their place isn't taken by
 * another. Thread-safe: two that come at the same time both encode.
 */
final class MemberPushes {

    private static final int PLACES = 256;

    private final Codec codec;
    private final AtomicReferenceArray<@Nullable Pushed> places = new AtomicReferenceArray<>(PLACES);

    MemberPushes(Codec codec) {
        this.codec = codec;
    }

    byte[] of(String channel, PresenceEvent event) {
        int place = System.identityHashCode(event) & (PLACES - 1);
        Pushed present = places.get(place);
        if (present != null && present.event == event && present.channel.equals(channel)) {
            return present.bytes;
        }
        byte[] bytes = encode(channel, event);
        places.set(place, new Pushed(channel, event, bytes));
        return bytes;
    }

    private byte[] encode(String channel, PresenceEvent event) {
        ClientInfo info = info(codec, event.member());
        Push.Builder push = Push.newBuilder().setChannel(channel);
        if (event.kind() == PresenceEvent.Kind.LEFT) {
            push.setLeave(Leave.newBuilder().setInfo(info));
        } else {
            push.setJoin(Join.newBuilder().setInfo(info));
        }
        return codec.encode(Reply.newBuilder().setPush(push).build());
    }

    /** A member as clients of a codec see it: without infos that the codec can't carry. */
    static ClientInfo info(Codec codec, Member member) {
        ClientInfo.Builder info =
                ClientInfo.newBuilder().setClient(member.client()).setUser(member.user());
        if (carries(codec, member.info())) {
            info.setConnInfo(member.info());
        }
        if (carries(codec, member.channelInfo())) {
            info.setChanInfo(member.channelInfo());
        }
        return info.build();
    }

    /** About as much as a member takes in an answer. */
    static int bytes(Member member) {
        return 2 * member.client().length()
                + member.user().length()
                + member.info().size()
                + member.channelInfo().size()
                + 40;
    }

    private static boolean carries(Codec codec, ByteString info) {
        return !info.isEmpty() && codec.carries(info.toByteArray());
    }

    private record Pushed(String channel, PresenceEvent event, byte[] bytes) {}
}
