package dev.skein.server.access;

import com.google.protobuf.ByteString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an issuer says of a session's part in one channel.
 *
 * @param info what others are told of it; empty: nothing
 * @param data what it is told when it begins; empty: nothing
 * @param recovery whether it may go on where it was; null: as the namespace has it
 * @param positioning whether it is told where it is; null: as the namespace has it
 */
public record ChannelClaims(
        ByteString info, ByteString data, @Nullable Boolean recovery, @Nullable Boolean positioning) {

    /** Nothing in particular. */
    public static final ChannelClaims NONE = new ChannelClaims(ByteString.EMPTY, ByteString.EMPTY, null, null);

    /** Whether nothing said here speaks against recovery. */
    public boolean letRecover() {
        return !Boolean.FALSE.equals(recovery);
    }

    /** Whether nothing said here speaks against positions, without which nothing recovers. */
    public boolean letPosition() {
        return letRecover() || !Boolean.FALSE.equals(positioning);
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException naming the claim that is wrong
     */
    static ChannelClaims of(Map<?, ?> claims) {
        return new ChannelClaims(
                JsonClaims.bytes(claims, "info", "b64info"),
                JsonClaims.bytes(claims, "data", "b64data"),
                override(claims, "force_recovery"),
                override(claims, "force_positioning"));
    }

    private static @Nullable Boolean override(Map<?, ?> claims, String name) {
        Map<?, ?> overrides = JsonClaims.object(claims, "override");
        Object value = JsonClaims.object(overrides, name).get("value");
        if (value != null && !(value instanceof Boolean)) {
            throw JsonClaims.malformed("override." + name, "{\"value\": true or false}");
        }
        return (Boolean) value;
    }
}
