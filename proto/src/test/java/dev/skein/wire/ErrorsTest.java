package dev.skein.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.error.v1.RetryClass;
import io.grpc.Status;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorsTest {

    @Test
    void survivesTheWayThroughAGrpcStatus() {
        Error sent =
                Errors.of(Reason.REASON_CONDITION_FAILED, "last serial is 7", Map.of("last_serial", "7")).toBuilder()
                        .setRetryAfterMs(20)
                        .build();

        assertEquals(sent, Errors.fromThrowable(Errors.toStatus(sent)));
        assertEquals(Status.Code.ABORTED, Errors.toStatus(sent).getStatus().getCode());
    }

    @Test
    void everyReasonSaysWhatTheCallerMayDo() {
        for (Reason reason : Reason.values()) {
            assertNotEquals(RetryClass.RETRY_CLASS_UNSPECIFIED, Errors.retryClass(reason), reason.name());
            assertNotEquals(Status.Code.OK, Errors.grpcCode(reason), reason.name());
        }
    }

    @Test
    void aForeignFailureIsNotOneOfOurs() {
        assertNull(Errors.fromThrowable(new IllegalStateException("no status")));
        assertNull(Errors.fromThrowable(Status.UNAVAILABLE.asRuntimeException()));
    }
}
