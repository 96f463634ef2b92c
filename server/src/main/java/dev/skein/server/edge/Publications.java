package dev.skein.server.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.client.v1.GapCause;
import dev.skein.proto.client.v1.Header;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.StoredMessage;
import dev.skein.proto.edge.v1.ClientInfo;
import dev.skein.proto.edge.v1.Publication;
import dev.skein.proto.edge.v1.Push;
import dev.skein.replication.TailMessage;
import dev.skein.server.publish.PublishCheck;
import java.util.Locale;
import java.util.OptionalLong;

/** Messages in the protocol's words, and the other way. */
final class Publications {

    /** The header that says who published through an edge gateway: a serialised {@code ClientInfo}. */
    static final String INFO_HEADER = PublishCheck.RESERVED_HEADERS + "info";

    private Publications() {}

    /** A publication; all headers but the publisher's are its tags. */
    static Publication of(TailMessage message, long epoch) {
        StoredMessage stored = stored(message);
        Publication.Builder publication =
                Publication.newBuilder().setData(stored.getBody().getPayload()).setTime(message.timeMillis());
        if (!message.ephemeral()) {
            publication.setOffset(message.serial());
        }
        if (message.serial() == 1) {
            publication.setEpoch(epoch(epoch));
        }
        for (Header header : stored.getBody().getHeadersList()) {
            if (header.getKey().equals(INFO_HEADER)) {
                publication.setInfo(info(header.getValue()));
            } else {
                publication.putTags(header.getKey(), header.getValue().toStringUtf8());
            }
        }
        return publication.build();
    }

    /** A publication without what clients of a codec can't be sent of its publisher; its payload is looked at elsewhere. */
    static Publication carried(Publication publication, Codec codec) {
        ClientInfo info = publication.getInfo();
        boolean connection = isCarried(info.getConnInfo(), codec);
        boolean channel = isCarried(info.getChanInfo(), codec);
        if (connection && channel) {
            return publication;
        }
        return publication.toBuilder()
                .setInfo(info.toBuilder()
                        .setConnInfo(connection ? info.getConnInfo() : ByteString.EMPTY)
                        .setChanInfo(channel ? info.getChanInfo() : ByteString.EMPTY))
                .build();
    }

    private static boolean isCarried(ByteString info, Codec codec) {
        return info.isEmpty() || codec.carries(info.toByteArray());
    }

    static ByteString payload(TailMessage message) {
        return stored(message).getBody().getPayload();
    }

    static Push withData(Push push, ByteString data) {
        return push.toBuilder().setPub(push.getPub().toBuilder().setData(data)).build();
    }

    static Push withDelta(Push push, ByteString delta) {
        return push.toBuilder()
                .setPub(push.getPub().toBuilder().setData(delta).setDelta(true))
                .build();
    }

    /** What is stored of a payload that a client of the edge publishes. */
    static MessageBody body(ByteString payload, ClientInfo publisher, String messageId) {
        return MessageBody.newBuilder()
                .setMessageId(messageId)
                .setPayload(payload)
                .addHeaders(Header.newBuilder().setKey(INFO_HEADER).setValue(publisher.toByteString()))
                .build();
    }

    /** An epoch as clients see it: to them it is a word. */
    static String epoch(long epoch) {
        return epoch == 0 ? "" : Long.toUnsignedString(epoch, Character.MAX_RADIX);
    }

    /** The epoch of a word; empty when it is none that was given out. */
    static OptionalLong epoch(String word) {
        return number(word, Character.MAX_RADIX);
    }

    /** An unsigned number; empty when it is none. */
    static OptionalLong number(String text, int radix) {
        try {
            return OptionalLong.of(Long.parseUnsignedLong(text, radix));
        } catch (NumberFormatException none) {
            return OptionalLong.empty();
        }
    }

    /** Why messages will never come, as clients without an SDK are told. */
    static String word(GapCause cause) {
        return cause.name().substring("GAP_CAUSE_".length()).toLowerCase(Locale.ROOT);
    }

    private static StoredMessage stored(TailMessage message) {
        try {
            return StoredMessage.parseFrom(message.encoded());
        } catch (InvalidProtocolBufferException damaged) {
            throw new IllegalStateException("a stored message can't be read", damaged);
        }
    }

    /** What was stored before the header was reserved may hold anything. */
    private static ClientInfo info(ByteString value) {
        try {
            return ClientInfo.parseFrom(value);
        } catch (InvalidProtocolBufferException another) {
            return ClientInfo.getDefaultInstance();
        }
    }
}
