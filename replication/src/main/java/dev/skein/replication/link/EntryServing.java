package dev.skein.replication.link;

import dev.skein.proto.replication.v1.FetchEntriesRequest;
import dev.skein.proto.replication.v1.FetchedEntries;
import dev.skein.proto.replication.v1.FetchedEntry;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one FetchEntries call: reads and sends while the stream is ready, then waits for it without a thread. */
final class EntryServing {

    private static final Logger log = LoggerFactory.getLogger(EntryServing.class);

    private final FetchEntriesRequest request;
    private final ServerCallStreamObserver<FetchedEntries> stream;
    private final EntrySource source;
    private final Runnable onEnd;
    private final SerialTask send;
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable Iterator<FetchedEntry> entries;

    EntryServing(
            FetchEntriesRequest request,
            ServerCallStreamObserver<FetchedEntries> stream,
            EntrySource source,
            Executor disk,
            Runnable onEnd) {
        this.request = request;
        this.stream = stream;
        this.source = source;
        this.onEnd = onEnd;
        this.send = new SerialTask(disk, this::send);
    }

    void start() {
        stream.setOnCancelHandler(this::end);
        stream.setOnReadyHandler(send::signal);
        send.signal();
    }

    private void send() {
        if (ended.get()) {
            return;
        }
        try {
            Iterator<FetchedEntry> from = open();
            while (stream.isReady() && from.hasNext()) {
                stream.onNext(batch(from));
            }
            if (!from.hasNext()) {
                end();
                stream.onCompleted();
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private Iterator<FetchedEntry> open() throws IOException {
        if (entries == null) {
            entries = request.getFirstIndex() > request.getLastIndex()
                    ? Collections.emptyIterator()
                    : source.entries(
                            request.getGroup(), request.getFirstIndex(), request.getLastIndex(), request.getVerbatim());
        }
        return entries;
    }

    private static FetchedEntries batch(Iterator<FetchedEntry> from) {
        FetchedEntries.Builder batch = FetchedEntries.newBuilder();
        for (int bytes = 0; bytes < LinkLimits.MESSAGE_BYTES && from.hasNext(); ) {
            FetchedEntry entry = from.next();
            bytes += entry.getData().size() + 32;
            batch.addEntries(entry);
        }
        return batch.build();
    }

    private void fail(Exception cause) {
        if (ended.get()) {
            return;
        }
        end();
        log.warn(
                "cannot serve entries {}..{} of {}",
                request.getFirstIndex(),
                request.getLastIndex(),
                request.getGroup(),
                cause);
        stream.onError(Status.UNAVAILABLE.withDescription(cause.getMessage()).asRuntimeException());
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            onEnd.run();
        }
    }
}
