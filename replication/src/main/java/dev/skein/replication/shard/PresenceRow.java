package dev.skein.replication.shard;

import com.google.protobuf.ByteString;
import dev.skein.proto.replication.v1.PresenceEnter;
import dev.skein.replication.presence.Member;

/** A member as it is stored: under its channel and client. */
record PresenceRow(ByteString holder, String user, ByteString info, ByteString channelInfo) {

    /** What of a holder is its node's life; the rest counts how often that life began anew. */
    private static final int LIFE_BYTES = 8;

    static PresenceRow of(ByteString holder, PresenceEnter enter) {
        return new PresenceRow(holder, enter.getUser(), enter.getInfo(), enter.getChannelInfo());
    }

    static PresenceRow read(byte[] row) {
        RowReader reader = new RowReader(row);
        return new PresenceRow(reader.bytes(), reader.text(), reader.bytes(), reader.bytes());
    }

    byte[] row() {
        return new RowWriter()
                .bytes(holder)
                .text(user)
                .bytes(info)
                .bytes(channelInfo)
                .done();
    }

    Member member(String client) {
        return new Member(client, user, info, channelInfo);
    }

    /** Whether the holder is a later one of the same node's life, so that the other's word has come late. */
    boolean isHeldLaterThan(ByteString other) {
        return holder.substring(0, LIFE_BYTES).equals(other.substring(0, LIFE_BYTES))
                && ByteString.unsignedLexicographicalComparator().compare(holder, other) > 0;
    }

    /** Whether others see no difference. */
    boolean looksLike(PresenceRow other) {
        return user.equals(other.user) && info.equals(other.info) && channelInfo.equals(other.channelInfo);
    }
}
