package dev.skein.server.edge;

import dev.skein.proto.edge.v1.Publication;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;
import dev.skein.replication.TailMessage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Messages as they are pushed in one codec, encoded once for all connections of the node. What was pushed lately is remembered in a fixed
 * number of places; whoever lags encodes again. Thread-safe: two that come at the same time both encode.
 */
final class Pushes {

    private static final int PLACES = 1_024;

    /** Larger ones aren't remembered, so that all together take 16 MiB at most. */
    private static final int REMEMBERED_BYTES_MAX = 16 << 10;

    private final Codec codec;
    private final AtomicReferenceArray<@Nullable Pushed> places = new AtomicReferenceArray<>(PLACES);

    Pushes(Codec codec) {
        this.codec = codec;
    }

    /** The push of a channel's message; null when clients of this codec can't be sent its payload. */
    byte @Nullable [] whole(String channel, long epoch, TailMessage message) {
        return of(channel, epoch, message, null, false);
    }

    /**
     * The same for a subscription of differences.
     *
     * @param before what the subscription was sent before; null: nothing, so that the message is sent whole
     */
    byte @Nullable [] difference(String channel, long epoch, TailMessage message, @Nullable TailMessage before) {
        return of(channel, epoch, message, before, true);
    }

    private byte @Nullable [] of(
            String channel, long epoch, TailMessage message, @Nullable TailMessage before, boolean differences) {
        int place = ((channel.hashCode() * 31 + Long.hashCode(message.serial())) * 2 + (differences ? 1 : 0))
                & (PLACES - 1);
        Pushed present = places.get(place);
        if (present != null && present.is(channel, message, before, differences)) {
            return present.bytes;
        }
        byte[] bytes =
                encode(channel, Publications.carried(Publications.of(message, epoch), codec), before, differences);
        if (bytes != null && bytes.length <= REMEMBERED_BYTES_MAX) {
            places.set(place, new Pushed(channel, message, before, differences, bytes));
        }
        return bytes;
    }

    private byte @Nullable [] encode(
            String channel, Publication publication, @Nullable TailMessage before, boolean differences) {
        byte[] data = publication.getData().toByteArray();
        if (!codec.carries(data)) {
            return null;
        }
        Push push = Push.newBuilder().setChannel(channel).setPub(publication).build();
        if (!differences) {
            return codec.encode(Reply.newBuilder().setPush(push).build());
        }
        return codec.encode(
                push,
                before == null
                        ? null
                        : Fossil.delta(Publications.payload(before).toByteArray(), data));
    }

    /** The very messages that were encoded: another one with its serial may be of another epoch. */
    private record Pushed(
            String channel, TailMessage message, @Nullable TailMessage before, boolean differences, byte[] bytes) {

        boolean is(String wanted, TailMessage one, @Nullable TailMessage base, boolean asDifference) {
            return message == one && before == base && differences == asDifference && channel.equals(wanted);
        }
    }
}
