package dev.skein.server.edge;

import com.google.protobuf.Message;
import dev.skein.proto.edge.v1.Error;
import java.util.concurrent.CompletableFuture;

/** What an application's server is answered. */
sealed interface ApiAnswer {

    /** It was done. */
    record Result(Message result) implements ApiAnswer {}

    /** It can't be. */
    record Refused(Error error) implements ApiAnswer {}

    static CompletableFuture<ApiAnswer> result(Message result) {
        return CompletableFuture.completedFuture(new Result(result));
    }

    static CompletableFuture<ApiAnswer> refused(Error error) {
        return CompletableFuture.completedFuture(new Refused(error));
    }

    static CompletableFuture<ApiAnswer> refused(dev.skein.proto.error.v1.Error error) {
        return refused(Refusal.of(error));
    }

    static CompletableFuture<ApiAnswer> badRequest(String text) {
        return refused(Refusal.BAD_REQUEST.error(text));
    }
}
