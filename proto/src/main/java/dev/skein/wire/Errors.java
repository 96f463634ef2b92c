package dev.skein.wire;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.ErrorProto;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.error.v1.RetryClass;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The error catalogue in code: reasons to gRPC statuses and back. The numbers come from the options in {@code error.proto}. */
public final class Errors {

    /** Domain of every {@code google.rpc.ErrorInfo} that Skein sends. */
    public static final String DOMAIN = "skein.dev";

    /** Key of metadata: client addresses to try instead, best first, with commas between them. */
    public static final String ENDPOINTS = "endpoints";

    private static final String RETRY_AFTER_KEY = "retry_after_ms";
    private static final String REASON_PREFIX = "REASON_";

    private Errors() {}

    /** An error without metadata. */
    public static Error of(Reason reason, String text) {
        return Error.newBuilder().setReason(reason).setText(text).build();
    }

    /** An error with metadata. */
    public static Error of(Reason reason, String text, Map<String, String> metadata) {
        return Error.newBuilder()
                .setReason(reason)
                .setText(text)
                .putAllMetadata(metadata)
                .build();
    }

    /** What a caller may do after this reason. */
    public static RetryClass retryClass(Reason reason) {
        if (reason == Reason.UNRECOGNIZED) {
            return RetryClass.RETRY_CLASS_UNKNOWN_OUTCOME;
        }
        return reason.getValueDescriptor().getOptions().getExtension(ErrorProto.retry);
    }

    /** The gRPC code that a unary call fails with for this reason. */
    public static Status.Code grpcCode(Reason reason) {
        if (reason == Reason.UNRECOGNIZED) {
            return Status.Code.UNKNOWN;
        }
        return Status.fromCodeValue(reason.getValueDescriptor().getOptions().getExtension(ErrorProto.grpcCode))
                .getCode();
    }

    /** The exception that ends a unary call, with its ErrorInfo in the trailers. */
    public static StatusRuntimeException toStatus(Error error) {
        ErrorInfo.Builder info = ErrorInfo.newBuilder()
                .setDomain(DOMAIN)
                .setReason(shortName(error.getReason()))
                .putAllMetadata(error.getMetadataMap());
        if (error.getRetryAfterMs() > 0) {
            info.putMetadata(RETRY_AFTER_KEY, Integer.toString(error.getRetryAfterMs()));
        }
        com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
                .setCode(grpcCode(error.getReason()).value())
                .setMessage(error.getText())
                .addDetails(Any.pack(info.build()));
        if (error.getRetryAfterMs() > 0) {
            // What clients in other languages look for.
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(duration(error.getRetryAfterMs()))
                    .build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /** The Skein error inside a failed call, or null when the failure isn't one of ours (a broken connection, say). */
    public static @Nullable Error fromThrowable(Throwable failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return null;
        }
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                try {
                    ErrorInfo info = detail.unpack(ErrorInfo.class);
                    if (info.getDomain().equals(DOMAIN)) {
                        return fromInfo(info, status.getMessage());
                    }
                } catch (com.google.protobuf.InvalidProtocolBufferException notAnErrorInfo) {
                    return null;
                }
            }
        }
        return null;
    }

    /** The reason without its enum prefix, as it appears in ErrorInfo and in texts: {@code CONDITION_FAILED}. */
    public static String shortName(Reason reason) {
        String name = reason.name();
        return name.startsWith(REASON_PREFIX) ? name.substring(REASON_PREFIX.length()) : name;
    }

    private static Duration duration(int millis) {
        return Duration.newBuilder()
                .setSeconds(millis / 1_000)
                .setNanos(millis % 1_000 * 1_000_000)
                .build();
    }

    private static Error fromInfo(ErrorInfo info, String text) {
        Error.Builder error =
                Error.newBuilder().setReason(reasonOf(info.getReason())).setText(text);
        info.getMetadataMap().forEach((key, value) -> {
            if (key.equals(RETRY_AFTER_KEY)) {
                error.setRetryAfterMs(Integer.parseInt(value));
            } else {
                error.putMetadata(key, value);
            }
        });
        return error.build();
    }

    private static Reason reasonOf(String shortName) {
        try {
            return Reason.valueOf(REASON_PREFIX + shortName);
        } catch (IllegalArgumentException newerThanThisClient) {
            return Reason.REASON_UNSPECIFIED;
        }
    }
}
