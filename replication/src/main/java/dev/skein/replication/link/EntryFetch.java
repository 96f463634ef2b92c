package dev.skein.replication.link;

import dev.skein.core.Limits;
import dev.skein.proto.replication.v1.FetchEntriesRequest;
import dev.skein.proto.replication.v1.FetchedEntries;
import dev.skein.proto.replication.v1.RaftLinkGrpc;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A running fetch of entries from a peer. Closing it cancels the fetch; the sink then hears of a failure. */
public final class EntryFetch implements AutoCloseable {

    private final EntrySink sink;
    private final SerialLanes lane;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable ClientCallStreamObserver<FetchEntriesRequest> call;

    EntryFetch(EntrySink sink, SerialLanes lane) {
        this.sink = sink;
        this.lane = lane;
    }

    /** Fetches over a link's channel; what arrives shows the link that its peer lives. */
    void start(OutgoingStream link, FetchEntriesRequest request) {
        RaftLinkGrpc.newStub(link.channel())
                .withMaxInboundMessageSize(Limits.GRPC_MESSAGE_BYTES_MAX)
                .fetchEntries(request, new Responses(link));
    }

    /** Ends the fetch before it started. */
    void fail(Throwable cause) {
        execute(() -> finish(() -> sink.failed(cause)));
    }

    @Override
    public void close() {
        ClientCallStreamObserver<FetchEntriesRequest> current = call;
        if (current != null) {
            current.cancel("closed", null);
        }
    }

    private void execute(Runnable task) {
        lane.execute(0, task);
    }

    private void take(FetchedEntries message) {
        if (ended.get()) {
            return;
        }
        try {
            sink.entries(message.getEntriesList());
        } catch (RuntimeException e) {
            finish(() -> sink.failed(e));
            close();
            return;
        }
        ClientCallStreamObserver<FetchEntriesRequest> current = call;
        if (current != null) {
            current.request(1);
        }
    }

    private void finish(Runnable last) {
        if (ended.compareAndSet(false, true)) {
            last.run();
        }
    }

    private final class Responses implements ClientResponseObserver<FetchEntriesRequest, FetchedEntries> {
        private final OutgoingStream link;

        Responses(OutgoingStream link) {
            this.link = link;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<FetchEntriesRequest> stream) {
            stream.disableAutoRequestWithInitial(LinkLimits.FETCH_WINDOW);
            call = stream;
        }

        @Override
        public void onNext(FetchedEntries message) {
            link.heard();
            execute(() -> take(message));
        }

        @Override
        public void onError(Throwable cause) {
            fail(cause);
        }

        @Override
        public void onCompleted() {
            execute(() -> finish(sink::completed));
        }
    }
}
