package dev.skein.server.access;

/**
 * What a good token for one channel gives: to follow it, whatever else its holder may do.
 *
 * @param token where it comes from, which may take it back
 * @param channel the only one
 * @param client the only session's id; empty: any of the holder's
 * @param expiresMs end of the subscription, wall-clock milliseconds; {@link Long#MAX_VALUE}: none
 * @param claims what the token says besides
 */
public record ChannelGrant(Grant.Token token, String channel, String client, long expiresMs, ChannelClaims claims) {

    /** Who may use it, as {@link Caller#holder} says it. */
    public String holder() {
        return "sub:" + token.subject();
    }
}
