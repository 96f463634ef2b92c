package dev.skein.replication.link;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.FetchedEntry;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class EntryFetchIT {

    private static final int ENTRY_BYTES = 10_000;
    private final Map<String, AtomicLong> reads = new ConcurrentHashMap<>();

    @Test
    void entriesArriveInOrderAndOnlyFromTheRange() throws Exception {
        try (LinkedNodes nodes = serving()) {
            Sink sink = new Sink();
            nodes.member(0).links.fetchEntries(nodes.member(1).id, "g", 11, 1_010, sink);
            sink.done.get(20, TimeUnit.SECONDS);
            assertEquals(LongStream.rangeClosed(11, 1_010).boxed().toList(), sink.indexes);
        }
    }

    @Test
    void aSinkThatStandsStillStopsTheReadingAndNobodyElse() throws Exception {
        try (LinkedNodes nodes = serving()) {
            Sink still = new Sink();
            still.gate = new CountDownLatch(1);
            nodes.member(0).links.fetchEntries(nodes.member(1).id, "still", 1, 5_000, still);
            Sink quick = new Sink();
            nodes.member(0).links.fetchEntries(nodes.member(1).id, "g", 1, 5_000, quick);
            quick.done.get(20, TimeUnit.SECONDS);
            assertTrue(reads("still") < 2_500, reads("still") + " entries read for a sink that took none");
            still.gate.countDown();
            still.done.get(20, TimeUnit.SECONDS);
            assertEquals(5_000, still.indexes.size());
        }
    }

    @Test
    void whatTheSourceCannotReadFailsTheFetch() throws Exception {
        try (LinkedNodes nodes = serving()) {
            Sink sink = new Sink();
            nodes.member(0).links.fetchEntries(nodes.member(1).id, "unknown", 1, 10, sink);
            assertFails(sink);
        }
    }

    @Test
    void aFetchOverALinkThatIsDownFailsAtOnce() throws Exception {
        try (LinkedNodes nodes = serving()) {
            Sink sink = new Sink();
            nodes.member(0).links.fetchEntries(new NodeId("ap-a"), "g", 1, 10, sink);
            assertFails(sink);
        }
    }

    @Test
    void aFetchFailsWhenTheLinkGoesDown() throws Exception {
        try (LinkedNodes nodes = serving()) {
            Sink sink = new Sink();
            sink.gate = new CountDownLatch(1);
            nodes.member(0).links.fetchEntries(nodes.member(1).id, "g", 1, 100_000, sink);
            eventually("reading", () -> reads("g") > 0);
            nodes.member(0).wires.get(nodes.member(1).id).reset();
            sink.gate.countDown();
            assertFails(sink);
        }
    }

    private long reads(String group) {
        return reads.getOrDefault(group, new AtomicLong()).get();
    }

    private static void assertFails(Sink sink) {
        Assertions.assertThrows(ExecutionException.class, () -> sink.done.get(20, TimeUnit.SECONDS));
    }

    private LinkedNodes serving() throws IOException {
        return new LinkedNodes()
                .add("us-a", "test", EntrySource.none())
                .add("eu-a", "test", this::entries)
                .wire()
                .connected();
    }

    private Iterator<FetchedEntry> entries(String group, long first, long last, boolean verbatim) throws IOException {
        if (group.equals("unknown")) {
            throw new IOException("group: " + group + " (expected: g)");
        }
        ByteString data = ByteString.copyFrom(new byte[ENTRY_BYTES]);
        return LongStream.rangeClosed(first, last)
                .peek(index ->
                        reads.computeIfAbsent(group, g -> new AtomicLong()).incrementAndGet())
                .mapToObj(index ->
                        FetchedEntry.newBuilder().setIndex(index).setData(data).build())
                .iterator();
    }

    private static final class Sink implements EntrySink {
        final List<Long> indexes = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> done = new CompletableFuture<>();
        volatile CountDownLatch gate = new CountDownLatch(0);

        @Override
        public void entries(List<FetchedEntry> entries) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            indexes.addAll(entries.stream().map(FetchedEntry::getIndex).toList());
        }

        @Override
        public void completed() {
            done.complete(null);
        }

        @Override
        public void failed(Throwable cause) {
            done.completeExceptionally(cause);
        }
    }
}
