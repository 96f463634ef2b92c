package dev.skein.server.edge;

import dev.skein.proto.edge.v1.Disconnect;
import dev.skein.proto.edge.v1.Push;
import dev.skein.proto.edge.v1.Reply;

/**
 * Why a session is ended: the code says whether the client comes again by itself (3000 to 3499, 4000 to 4499) or not.
 *
 * @param reason at most {@value #REASON_BYTES_MAX} bytes, and no JSON: clients would read it
 */
record Farewell(int code, String reason) {

    /** What fits into the frame that closes a WebSocket. */
    static final int REASON_BYTES_MAX = 123;

    static final Farewell SHUTDOWN = new Farewell(3001, "shutdown");
    static final Farewell INTERNAL = new Farewell(3004, "internal server error");
    static final Farewell EXPIRED = new Farewell(3005, "connection expired");
    static final Farewell SUBSCRIPTION_EXPIRED = new Farewell(3006, "subscription expired");
    static final Farewell SLOW = new Farewell(3008, "slow");
    static final Farewell INSUFFICIENT_STATE = new Farewell(3010, "insufficient state");
    static final Farewell FORCE_RECONNECT = new Farewell(3011, "force reconnect");
    static final Farewell NO_PONG = new Farewell(3012, "no pong");
    static final Farewell TOO_MANY_REQUESTS = new Farewell(3013, "too many requests");
    static final Farewell INVALID_TOKEN = new Farewell(3500, "invalid token");
    static final Farewell BAD_REQUEST = new Farewell(3501, "bad request");
    static final Farewell STALE = new Farewell(3502, "stale");
    static final Farewell FORCED = new Farewell(3503, "force disconnect");
    static final Farewell CONNECTION_LIMIT = new Farewell(3504, "connection limit");
    static final Farewell CHANNEL_LIMIT = new Farewell(3505, "channel limit");
    static final Farewell INAPPROPRIATE_PROTOCOL = new Farewell(3506, "inappropriate protocol");
    static final Farewell PERMISSION_DENIED = new Farewell(3507, "permission denied");
    static final Farewell NOT_AVAILABLE = new Farewell(3508, "not available");

    /** As it is said where a connection can't end with a code. */
    Reply push() {
        return Reply.newBuilder()
                .setPush(Push.newBuilder()
                        .setDisconnect(Disconnect.newBuilder().setCode(code).setReason(reason)))
                .build();
    }

    /** What the end is for a client that only listens, and can't be answered with an error. */
    static Farewell of(dev.skein.proto.edge.v1.Error refusal) {
        return switch (refusal.getCode()) {
            case 101 -> BAD_REQUEST;
            case 103 -> PERMISSION_DENIED;
            case 109, 110 -> EXPIRED;
            case 111 -> TOO_MANY_REQUESTS;
            default -> INTERNAL;
        };
    }
}
