package dev.skein.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.proto.client.v1.Position;
import dev.skein.proto.client.v1.ResumeTokenContent;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Makes and reads resume tokens: a position, the channel and cluster it belongs to, and a checksum. */
public final class ResumeTokens {

    private ResumeTokens() {}

    /** A token for "everything up to this position has been seen". */
    public static ByteString encode(String clusterId, String channel, long epoch, long serial) {
        ResumeTokenContent content = ResumeTokenContent.newBuilder()
                .setClusterId(clusterId)
                .setChannel(channel)
                .setPosition(Position.newBuilder().setEpoch(epoch).setSerial(serial))
                .build();
        return content.toBuilder().setChecksum(checksum(content)).build().toByteString();
    }

    /** The token's content, or empty when the bytes are damaged. */
    public static Optional<ResumeTokenContent> decode(ByteString token) {
        try {
            ResumeTokenContent content = ResumeTokenContent.parseFrom(token);
            boolean whole = content.getChecksum()
                    == checksum(content.toBuilder().clearChecksum().build());
            return whole ? Optional.of(content) : Optional.empty();
        } catch (InvalidProtocolBufferException damaged) {
            return Optional.empty();
        }
    }

    private static int checksum(ResumeTokenContent content) {
        CRC32C crc = new CRC32C();
        crc.update(content.toByteArray());
        return (int) crc.getValue();
    }
}
