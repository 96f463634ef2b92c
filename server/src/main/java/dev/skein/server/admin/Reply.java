package dev.skein.server.admin;

import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ReplicationException;
import dev.skein.wire.Errors;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a unary call with a value, or with the refusal that an exception stands for. */
final class Reply {

    private static final Logger log = LoggerFactory.getLogger(Reply.class);

    private Reply() {}

    static <T> void now(StreamObserver<T> caller, Supplier<T> answer) {
        async(caller, () -> CompletableFuture.completedFuture(answer.get()));
    }

    static <T> void async(StreamObserver<T> caller, Supplier<CompletableFuture<T>> answer) {
        try {
            answer.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    caller.onNext(value);
                    caller.onCompleted();
                } else {
                    refuse(caller, failure);
                }
            });
        } catch (RuntimeException refused) {
            refuse(caller, refused);
        }
    }

    /** What our own exceptions mean to a caller; anything unforeseen is a defect and is logged. */
    static ReplicationException asRefusal(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof ReplicationException refused) {
                return refused;
            }
            if (at instanceof IllegalArgumentException invalid) {
                return refusal(Reason.REASON_INVALID_ARGUMENT, String.valueOf(invalid.getMessage()));
            }
            if (at instanceof RejectedExecutionException full) {
                return AdminService.overloaded(full);
            }
            if (at instanceof TimeoutException) {
                return refusal(Reason.REASON_OUTCOME_UNKNOWN, "the change is made, but this node hasn't seen it yet");
            }
        }
        log.error("an admin call failed for a reason nobody foresaw", failure);
        return refusal(Reason.REASON_INTERNAL, String.valueOf(failure));
    }

    private static void refuse(StreamObserver<?> caller, Throwable failure) {
        Error error = asRefusal(failure).error();
        caller.onError(Errors.toStatus(error));
    }

    private static ReplicationException refusal(Reason reason, String text) {
        return new ReplicationException(Errors.of(reason, text));
    }
}
