package dev.skein.replication.raft;

import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.FetchedEntry;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.group.MessageArchive;
import dev.skein.replication.link.EntryFetch;
import dev.skein.replication.link.EntrySink;
import dev.skein.replication.link.RaftLinks;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.IndexRange;
import dev.skein.replication.nodelog.LogRecord;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.nodelog.ReadRepair;
import dev.skein.replication.shard.EntrySource;
import dev.skein.wire.Errors;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard's entries in the node log. What a snapshot skipped is fetched from another replica, range by range; an interrupted fetch
 * goes on where it stopped, because what has arrived is no longer missing.
 */
public final class NodeLogArchive implements MessageArchive, EntrySource {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLogArchive.class);

    /** A fetch that brings nothing for so long is given up; the next one goes on where it stopped. */
    private static final long IDLE_SECONDS_MAX = 10;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final GroupLog log;
    private final RaftLinks links;
    private final ReadRepair repair;
    private final Consumer<Throwable> onStorageFailure;
    private final Supplier<List<NodeId>> replicas;
    private final Executor fetcher;
    private final AtomicBoolean fetching = new AtomicBoolean();
    private volatile long pausedUntilNanos = System.nanoTime();
    // Owned by the fetch under way.
    private int attempts;

    private volatile @Nullable LongFunction<Optional<ByteBuffer>> recent;

    /**
     * An archive.
     *
     * @param replicas other nodes that may have the entries
     * @param fetcher runs fetches, which block
     */
    public NodeLogArchive(GroupLog log, JRaftRuntime runtime, Supplier<List<NodeId>> replicas, Executor fetcher) {
        this.log = log;
        this.links = runtime.links();
        this.repair = runtime.repair();
        this.onStorageFailure = runtime.onStorageFailure();
        this.replicas = replicas;
        this.fetcher = fetcher;
    }

    /** Connects the source of entries that are applied but not on this node's disk yet. */
    public void attach(LongFunction<Optional<ByteBuffer>> recentEntries) {
        recent = recentEntries;
    }

    @Override
    public Optional<ByteString> read(long index) {
        // An entry may be written, and leave memory, between the first two looks.
        return stored(index).or(() -> unwritten(index)).or(() -> stored(index)).map(ByteString::copyFrom);
    }

    private Optional<ByteBuffer> stored(long index) {
        try {
            return payload(index);
        } catch (NodeLogDamagedException damaged) {
            if (repair.mend(damaged, true)) {
                return payload(index);
            }
            throw new ReplicationException(Errors.of(
                    Reason.REASON_NO_REPLICA,
                    "group " + log.name() + ": entry " + index + " is damaged here and is being mended"));
        }
    }

    private Optional<ByteBuffer> payload(long index) {
        try {
            return log.read(index).map(record -> record.payload().duplicate());
        } catch (UncheckedIOException failure) {
            onStorageFailure.accept(failure);
            throw failure;
        }
    }

    private Optional<ByteBuffer> unwritten(long index) {
        LongFunction<Optional<ByteBuffer>> inMemory = recent;
        return inMemory == null ? Optional.empty() : inMemory.apply(index).map(ByteBuffer::duplicate);
    }

    @Override
    public boolean isWholeFrom(long index) {
        return log.missing().stream().noneMatch(range -> range.to() >= index);
    }

    @Override
    public void keepFrom(long index) {
        log.retainFrom(index);
    }

    @Override
    public void committed(long index, long term) {
        log.committed(index, term);
    }

    @Override
    public void fetchMissing(long index, Optional<NodeId> from) {
        boolean due = System.nanoTime() - pausedUntilNanos >= 0;
        if (due && !isWholeFrom(index) && fetching.compareAndSet(false, true)) {
            fetcher.execute(() -> {
                try {
                    fetch(index, from);
                    pausedUntilNanos = System.nanoTime() + (isWholeFrom(index) ? 0 : RETRY_NANOS);
                } catch (RuntimeException failed) {
                    pausedUntilNanos = System.nanoTime() + RETRY_NANOS;
                    LOG.info("group {}: fetching older entries failed, will go on: {}", log.name(), failed.toString());
                } finally {
                    fetching.set(false);
                }
            });
        }
    }

    // The preferred node first; if it doesn't have what is missing, the others in turn.
    private void fetch(long index, Optional<NodeId> preferred) {
        List<NodeId> others = replicas.get();
        if (others.isEmpty()) {
            return;
        }
        int attempt = attempts++;
        NodeId source = preferred
                .filter(node -> attempt == 0 && others.contains(node))
                .orElseGet(() -> others.get(Math.floorMod(attempt, others.size())));
        for (IndexRange range : log.missing()) {
            if (range.to() >= index) {
                IndexRange needed = new IndexRange(Math.max(range.from(), index), range.to());
                Backfill backfill = new Backfill(log, needed);
                try (EntryFetch fetch = links.fetchEntries(source, log.name(), needed.from(), needed.to(), backfill)) {
                    backfill.await();
                }
            }
        }
        if (isWholeFrom(index)) {
            attempts = 0;
            LOG.info("group {}: older entries fetched from {}", log.name(), source);
        }
    }

    /** Stores what arrives, if it is what was sent. */
    private static final class Backfill implements EntrySink {

        private final GroupLog log;
        private final IndexRange range;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private volatile long arrivedNanos = System.nanoTime();

        Backfill(GroupLog log, IndexRange range) {
            this.log = log;
            this.range = range;
        }

        @Override
        public void entries(List<FetchedEntry> entries) {
            log.backfill(entries.stream().map(this::record).toList());
            arrivedNanos = System.nanoTime();
        }

        private LogRecord record(FetchedEntry entry) {
            CRC32C crc = new CRC32C();
            crc.update(entry.getData().asReadOnlyByteBuffer());
            if ((int) crc.getValue() != entry.getCrc()
                    || entry.getIndex() < range.from()
                    || entry.getIndex() > range.to()) {
                throw new IllegalStateException("entry " + entry.getIndex() + ": not asked for, or checksum is wrong");
            }
            return new LogRecord(
                    entry.getData().isEmpty() ? LogRecord.Kind.NO_OP : LogRecord.Kind.DATA,
                    entry.getIndex(),
                    entry.getTerm(),
                    entry.getData().asReadOnlyByteBuffer());
        }

        @Override
        public void completed() {
            done.complete(null);
        }

        @Override
        public void failed(Throwable cause) {
            done.completeExceptionally(cause);
        }

        // Waits as long as something arrives now and then.
        void await() {
            while (true) {
                try {
                    done.get(IDLE_SECONDS_MAX, TimeUnit.SECONDS);
                    return;
                } catch (TimeoutException slow) {
                    if (System.nanoTime() - arrivedNanos > TimeUnit.SECONDS.toNanos(IDLE_SECONDS_MAX)) {
                        throw new IllegalStateException("nothing arrived for " + IDLE_SECONDS_MAX + " s", slow);
                    }
                } catch (ExecutionException failed) {
                    throw new IllegalStateException(failed.toString(), failed);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted", interrupted);
                }
            }
        }
    }
}
