package dev.skein.client.internal.core;

import dev.skein.client.Reason;
import dev.skein.client.RetryAdvice;
import dev.skein.client.SkeinException;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.RetryClass;
import dev.skein.wire.Errors;
import io.grpc.Status;
import java.util.Map;

/** Translates failures from the wire into the client's own, in one place. */
public final class Failures {

    private Failures() {}

    /** The exception that an application sees for this error. */
    public static SkeinException of(Error error) {
        return new SkeinException(reasonOf(error), error.getText(), adviceOf(error), error.getMetadataMap());
    }

    /** The same, for a request of which an earlier attempt may have taken effect. */
    static SkeinException afterUnknownAttempt(Error error) {
        return new SkeinException(
                reasonOf(error), error.getText(), RetryAdvice.WITH_MESSAGE_ID, error.getMetadataMap());
    }

    /** The exception for a failed call: ours if the server said so, else that the node couldn't be reached. */
    public static SkeinException of(Throwable failure) {
        if (failure instanceof SkeinException known) {
            return known;
        }
        Error error = Errors.fromThrowable(failure);
        return error != null
                ? of(error)
                : new SkeinException(Reason.UNAVAILABLE, transportText(failure), RetryAdvice.SAFE, Map.of());
    }

    /** What broke the connection is the deepest cause; what lies over it only says that a call failed. */
    private static String transportText(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        String text = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == null ? text : text + " (" + cause.getMessage() + ")";
    }

    /** What the catalogue says about retrying. */
    static RetryClass retryClass(Error error) {
        return Errors.retryClass(error.getReason());
    }

    /** The reason by name; names are API. */
    public static Reason reasonOf(Error error) {
        try {
            return Reason.valueOf(Errors.shortName(error.getReason()));
        } catch (IllegalArgumentException newerThanThisClient) {
            return Reason.UNKNOWN;
        }
    }

    private static RetryAdvice adviceOf(Error error) {
        return switch (retryClass(error)) {
            case RETRY_CLASS_SAME_TARGET, RETRY_CLASS_OTHER_TARGET, RETRY_CLASS_AFTER_RESUME -> RetryAdvice.SAFE;
            case RETRY_CLASS_UNKNOWN_OUTCOME -> RetryAdvice.WITH_MESSAGE_ID;
            default -> RetryAdvice.NEVER;
        };
    }
}
