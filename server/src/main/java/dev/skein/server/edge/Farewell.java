package dev.skein.server.edge;

/** Why a session is ended: the code says whether the client comes again by itself (3000 to 3499) or not (3500 to 3999). */
enum Farewell {
    SHUTDOWN(3001, "shutdown"),
    EXPIRED(3005, "connection expired"),
    SLOW(3008, "slow"),
    NO_PONG(3012, "no pong"),
    INVALID_TOKEN(3500, "invalid token"),
    BAD_REQUEST(3501, "bad request"),
    STALE(3502, "stale"),
    CONNECTION_LIMIT(3504, "connection limit"),
    INAPPROPRIATE_PROTOCOL(3506, "inappropriate protocol"),
    PERMISSION_DENIED(3507, "permission denied"),
    NOT_AVAILABLE(3508, "not available");

    private final int code;
    private final String reason;

    Farewell(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    int code() {
        return code;
    }

    String reason() {
        return reason;
    }
}
