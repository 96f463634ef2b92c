package dev.skein.server.access;

import com.google.protobuf.ByteString;
import dev.skein.core.Checks;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a token says of a connection of the edge besides what its holder may do.
 *
 * @param info what others are told of it; empty: nothing
 * @param channels what it follows from the start, without asking
 */
public record ConnectionClaims(ByteString info, Map<String, ChannelClaims> channels) {

    /** Nothing. */
    public static final ConnectionClaims NONE = new ConnectionClaims(ByteString.EMPTY, Map.of());

    private static final String CHANNELS = "channels";
    private static final String SUBS = "subs";

    /**
     * Reads them; a channel that stands in both claims is as {@code subs} says.
     *
     * @throws IllegalArgumentException naming the claim that is wrong
     */
    static ConnectionClaims of(Map<String, Object> claims) {
        Map<String, ChannelClaims> channels = new LinkedHashMap<>();
        Object names = claims.getOrDefault(CHANNELS, List.of());
        Checks.check(names instanceof List<?>, CHANNELS, "malformed", "a list of channels");
        for (Object name : (List<?>) names) {
            Checks.check(name instanceof String text && !text.isEmpty(), CHANNELS, "malformed", "a list of channels");
            channels.put((String) name, ChannelClaims.NONE);
        }
        JsonClaims.object(claims, SUBS).forEach((name, options) -> {
            boolean valid = name instanceof String text && !text.isEmpty() && options instanceof Map<?, ?>;
            Checks.check(valid, SUBS, "malformed", "an object of channels and their options");
            channels.put((String) name, ChannelClaims.of((Map<?, ?>) options));
        });
        return new ConnectionClaims(JsonClaims.bytes(claims, "info", "b64info"), Collections.unmodifiableMap(channels));
    }
}
