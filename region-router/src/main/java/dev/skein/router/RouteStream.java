package dev.skein.router;

import dev.skein.proto.client.v1.RouteTable;
import io.grpc.stub.ServerCallStreamObserver;
import org.jspecify.annotations.Nullable;

/** One WatchRoutes stream: a client that reads slowly gets only the newest table when it reads again. */
final class RouteStream {

    private final ServerCallStreamObserver<RouteTable> client;
    private @Nullable RouteTable pending;
    private @Nullable AutoCloseable following;
    private boolean ended;

    RouteStream(ServerCallStreamObserver<RouteTable> client) {
        this.client = client;
        client.setOnReadyHandler(this::flush);
        client.setOnCancelHandler(this::end);
        client.setOnCloseHandler(this::end);
    }

    /** The following that feeds this stream; ends with it. */
    synchronized void follows(AutoCloseable newFollowing) {
        following = newFollowing;
        if (ended) {
            close();
        }
    }

    /** Another answer. */
    synchronized void changed(RouteTable table) {
        pending = table;
        flush();
    }

    private synchronized void flush() {
        if (pending != null && !ended && client.isReady()) {
            client.onNext(pending);
            pending = null;
        }
    }

    private synchronized void end() {
        ended = true;
        close();
    }

    private void close() {
        if (following != null) {
            try {
                following.close();
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
            following = null;
        }
    }
}
