package dev.skein.server.edge;

import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.server.access.AccessControl;
import dev.skein.server.access.AccessVerdict;
import dev.skein.server.access.Caller;
import dev.skein.server.access.ConnectionClaims;
import org.jspecify.annotations.Nullable;

/** What a session's client has shown to be let in. Owned by the session's loop. */
final class SessionCredential {

    private static final String SCHEME = "Bearer ";

    private final EdgeParts parts;
    private final EdgeSession session;

    /** Null: access isn't controlled, or the session isn't open. */
    private @Nullable Caller caller;

    private long expiredNanos;

    SessionCredential(EdgeParts parts, EdgeSession session) {
        this.parts = parts;
        this.session = session;
    }

    /** Null: access isn't controlled. */
    @Nullable
    Caller caller() {
        return caller;
    }

    ConnectionClaims claims() {
        return caller == null ? ConnectionClaims.NONE : caller.connectionClaims();
    }

    /** Who the client is; empty when nobody asked. */
    String user() {
        return user(caller);
    }

    /** Who a caller is; empty when nobody asked. */
    static String user(@Nullable Caller caller) {
        return caller == null ? "" : caller.user();
    }

    /** Whether the client may come in; if not, it has been told. */
    boolean admits(int commandId, String token) {
        if (parts.access().isEmpty()) {
            return true;
        }
        if (token.isEmpty()) {
            session.refuseConnect(
                    commandId, Refusal.UNAUTHORIZED.error("connect.token: missing (expected: a signed token)"));
            return false;
        }
        AccessControl access = parts.access().get();
        AccessVerdict verdict = access.authenticate(SCHEME + token);
        if (verdict instanceof AccessVerdict.Refused refused) {
            if (refused.error().getReason() == Reason.REASON_UNAUTHENTICATED) {
                session.close(Farewell.INVALID_TOKEN);
            } else {
                session.refuseConnect(commandId, Refusal.of(refused.error()));
            }
            return false;
        }
        Caller granted = access.caller(((AccessVerdict.Granted) verdict).grant(), access.newConnection());
        if (granted.openStream() != null) {
            session.close(Farewell.CONNECTION_LIMIT);
            return false;
        }
        caller = granted;
        return true;
    }

    /** Takes a newer token; if it is no good, or there is nothing to renew, the session has ended. */
    boolean refreshed(String token) {
        if (token.isEmpty() || caller == null) {
            session.close(Farewell.BAD_REQUEST);
            return false;
        }
        Error refused = caller.refresh(SCHEME + token);
        if (refused != null) {
            boolean expired = refused.getReason() == Reason.REASON_CREDENTIAL_EXPIRED;
            session.close(expired ? Farewell.EXPIRED : Farewell.INVALID_TOKEN);
        }
        return refused == null;
    }

    /**
     * When the client should come with a new token; 0: never. That is before this one ends, since SDKs wait until then, and what they ask between the end
     * and the answer would be refused.
     */
    int ttlSeconds() {
        long millis = caller == null ? 0 : caller.expiresInMillis();
        if (millis == 0) {
            return 0;
        }
        long ahead = Math.min(millis / 10, EdgeLimits.REFRESH_AHEAD_MILLIS_MAX);
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (millis - ahead) / 1_000));
    }

    /** Ends the session when the credential has gone, or has been over for long. */
    void tick(long now) {
        Error problem = caller == null ? null : caller.problem();
        if (problem == null) {
            expiredNanos = 0;
        } else if (problem.getReason() != Reason.REASON_CREDENTIAL_EXPIRED) {
            session.close(Farewell.PERMISSION_DENIED);
        } else if (expiredNanos == 0) {
            expiredNanos = now;
        } else if (now - expiredNanos > EdgeLimits.EXPIRED_NANOS_MAX) {
            session.close(Farewell.EXPIRED);
        }
    }

    /** The session has ended. */
    void close() {
        if (caller != null) {
            caller.closeStream();
        }
    }
}
