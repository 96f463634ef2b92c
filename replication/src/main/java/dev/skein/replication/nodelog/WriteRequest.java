package dev.skein.replication.nodelog;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Something a caller wants written, and waits for.
 *
 * @param synced whether the caller waits for stable storage
 * @param staging what to do on the writer thread
 * @param done completed when it is as durable as asked
 */
record WriteRequest(boolean synced, Staging staging, CompletableFuture<Void> done) {

    /**
     * Gathers frames and changes the in-memory state with them. Runs on the writer thread. It must check everything before the
     * first frame: an {@link IllegalArgumentException} or {@link IllegalStateException} refuses the request and nothing else.
     */
    interface Staging {
        void stage(SegmentTail tail) throws IOException;
    }
}
