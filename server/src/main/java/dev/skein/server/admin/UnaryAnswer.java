package dev.skein.server.admin;

import dev.skein.replication.ReplicationException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A unary call's answer as a future; failures become {@link ReplicationException}. */
final class UnaryAnswer<T> implements StreamObserver<T> {

    private final CompletableFuture<T> future = new CompletableFuture<>();
    private @Nullable T value;

    CompletableFuture<T> future() {
        return future;
    }

    @Override
    public void onNext(T answer) {
        value = answer;
    }

    @Override
    public void onError(Throwable failure) {
        future.completeExceptionally(new ReplicationException(ControlPlane.errorOf(failure)));
    }

    @Override
    public void onCompleted() {
        future.complete(value);
    }
}
