package dev.skein.server.access;

import com.google.protobuf.ByteString;
import java.util.Map;

/**
 * What an issuer says of a session's part in one channel.
 *
 * @param info what others are told of it; empty: nothing
 * @param data what it is told when it begins; empty: nothing
 * @param recoverable whether it may go on where it was
 * @param positioned whether it is told where it is
 */
public record ChannelClaims(ByteString info, ByteString data, boolean recoverable, boolean positioned) {

    /** Nothing in particular. */
    public static final ChannelClaims NONE = new ChannelClaims(ByteString.EMPTY, ByteString.EMPTY, true, true);

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException naming the claim that is wrong
     */
    static ChannelClaims of(Map<?, ?> claims) {
        boolean recoverable = override(claims, "force_recovery");
        return new ChannelClaims(
                JsonClaims.bytes(claims, "info", "b64info"),
                JsonClaims.bytes(claims, "data", "b64data"),
                recoverable,
                recoverable || override(claims, "force_positioning"));
    }

    /** Every channel keeps its messages, so that nothing speaks against it unless the issuer does. */
    private static boolean override(Map<?, ?> claims, String name) {
        Map<?, ?> overrides = JsonClaims.object(claims, "override");
        Object value = JsonClaims.object(overrides, name).get("value");
        if (value != null && !(value instanceof Boolean)) {
            throw JsonClaims.malformed("override." + name, "{\"value\": true or false}");
        }
        return !Boolean.FALSE.equals(value);
    }
}
