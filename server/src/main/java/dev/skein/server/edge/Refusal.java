package dev.skein.server.edge;

import dev.skein.proto.edge.v1.Error;
import dev.skein.proto.error.v1.Reason;

/** Codes of refused commands; their numbers are the protocol's. */
enum Refusal {
    INTERNAL(100, true, "internal server error"),
    UNAUTHORIZED(101, false, "unauthorized"),
    UNKNOWN_CHANNEL(102, false, "unknown channel"),
    PERMISSION_DENIED(103, false, "permission denied"),
    METHOD_NOT_FOUND(104, false, "method not found"),
    ALREADY_SUBSCRIBED(105, false, "already subscribed"),
    LIMIT_EXCEEDED(106, false, "limit exceeded"),
    BAD_REQUEST(107, false, "bad request"),
    NOT_AVAILABLE(108, false, "not available"),
    TOKEN_EXPIRED(109, false, "token expired"),
    EXPIRED(110, false, "expired"),
    TOO_MANY_REQUESTS(111, true, "too many requests"),
    UNRECOVERABLE_POSITION(112, false, "unrecoverable position");

    private final int code;
    private final boolean temporary;
    private final String text;

    Refusal(int code, boolean temporary, String text) {
        this.code = code;
        this.temporary = temporary;
        this.text = text;
    }

    int code() {
        return code;
    }

    /** As it is sent, in the protocol's words. */
    Error error() {
        return error(text);
    }

    /** As it is sent, with the words of whoever refused. */
    Error error(String message) {
        return Error.newBuilder()
                .setCode(code)
                .setMessage(message)
                .setTemporary(temporary)
                .build();
    }

    /** What a refusal of the service is here. */
    static Error of(dev.skein.proto.error.v1.Error refused) {
        return of(refused.getReason()).error(refused.getText());
    }

    static Refusal of(Reason reason) {
        return switch (reason) {
            case REASON_INVALID_ARGUMENT, REASON_INVALID_CHANNEL, REASON_MESSAGE_TOO_LARGE, REASON_BATCH_TOO_LARGE ->
                BAD_REQUEST;
            case REASON_UNKNOWN_NAMESPACE -> UNKNOWN_CHANNEL;
            case REASON_PERMISSION_DENIED -> PERMISSION_DENIED;
            case REASON_UNAUTHENTICATED -> UNAUTHORIZED;
            case REASON_CREDENTIAL_EXPIRED -> TOKEN_EXPIRED;
            case REASON_OVERLOADED, REASON_QUOTA_EXCEEDED, REASON_DISK_FULL, REASON_TOO_MANY_MEMBERS ->
                TOO_MANY_REQUESTS;
            case REASON_PRESENCE_OFF -> NOT_AVAILABLE;
            case REASON_TOO_MANY_SUBSCRIPTIONS -> LIMIT_EXCEEDED;
            case REASON_WRONG_EPOCH, REASON_FUTURE_POSITION -> UNRECOVERABLE_POSITION;
            default -> INTERNAL;
        };
    }
}
