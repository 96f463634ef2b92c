package dev.skein.server.edge;

import dev.skein.server.access.ChannelClaims;
import dev.skein.server.access.ChannelGrant;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a session follows a channel.
 *
 * @param claims what the issuer said of it
 * @param expiresMs when they end, wall-clock milliseconds; {@link Long#MAX_VALUE}: with the session
 * @param grant the token that they come from; null: the session's own rights, or the server's will
 * @param byServer whether the client didn't ask for it
 */
record Terms(ChannelClaims claims, long expiresMs, @Nullable ChannelGrant grant, boolean byServer) {

    /** The client asks, and its session's rights decide. */
    static final Terms OF_SESSION = new Terms(ChannelClaims.NONE, Long.MAX_VALUE, null, false);

    static Terms of(ChannelGrant grant) {
        return new Terms(grant.claims(), grant.expiresMs(), grant, false);
    }

    static Terms ofServer(ChannelClaims claims, long expiresMs) {
        return new Terms(claims, expiresMs, null, true);
    }

    boolean expire() {
        return expiresMs != Long.MAX_VALUE;
    }

    /** Whether somebody has to look now and then if they still hold. */
    boolean mayEnd() {
        return expire() || grant != null;
    }

    /** Seconds until they end, rounded up; 0: they don't. */
    int ttlSeconds(long wallMillis) {
        return expire() ? (int) Math.min(Integer.MAX_VALUE, Math.max(1, (expiresMs - wallMillis + 999) / 1_000)) : 0;
    }
}
