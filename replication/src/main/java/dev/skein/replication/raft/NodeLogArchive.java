package dev.skein.replication.raft;

import com.google.protobuf.ByteString;
import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.FetchedEntry;
import dev.skein.replication.group.MessageArchive;
import dev.skein.replication.link.EntryFetch;
import dev.skein.replication.link.EntrySink;
import dev.skein.replication.link.RaftLinks;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.IndexRange;
import dev.skein.replication.nodelog.LogRecord;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.shard.EntrySource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shard's entries in the node log. What a snapshot skipped is fetched from another replica, range by range; an interrupted fetch
 * goes on where it stopped, because what has arrived is no longer missing.
 */
public final class NodeLogArchive implements MessageArchive, EntrySource {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLogArchive.class);

    /** Longest fetch of one range; the next one goes on where it stopped. */
    private static final long FETCH_SECONDS_MAX = 600;

    private final GroupLog log;
    private final RaftLinks links;
    private final Consumer<Throwable> onDamage;
    private final Supplier<List<NodeId>> replicas;
    private final Executor fetcher;
    private final AtomicBoolean fetching = new AtomicBoolean();
    private final AtomicLong attempts = new AtomicLong();

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
        this.onDamage = runtime.onDamage();
        this.replicas = replicas;
        this.fetcher = fetcher;
    }

    /** Connects the source of entries that are applied but not on this node's disk yet. */
    public void attach(LongFunction<Optional<ByteBuffer>> recentEntries) {
        recent = recentEntries;
    }

    @Override
    public Optional<ByteString> read(long index) {
        try {
            // An entry may be written, and leave memory, between the first two looks.
            return stored(index)
                    .or(() -> unwritten(index))
                    .or(() -> stored(index))
                    .map(ByteString::copyFrom);
        } catch (NodeLogDamagedException damaged) {
            onDamage.accept(damaged);
            throw damaged;
        }
    }

    private Optional<ByteBuffer> stored(long index) {
        return log.read(index).map(record -> record.payload().duplicate());
    }

    private Optional<ByteBuffer> unwritten(long index) {
        LongFunction<Optional<ByteBuffer>> inMemory = recent;
        return inMemory == null ? Optional.empty() : inMemory.apply(index).map(ByteBuffer::duplicate);
    }

    @Override
    public boolean isWhole() {
        return log.missing().isEmpty();
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
    public void fetchMissing(Optional<NodeId> from) {
        if (!log.missing().isEmpty() && fetching.compareAndSet(false, true)) {
            fetcher.execute(() -> {
                try {
                    fetch(from);
                } catch (RuntimeException failed) {
                    LOG.info("group {}: fetching older entries failed, will go on: {}", log.name(), failed.toString());
                } finally {
                    fetching.set(false);
                }
            });
        }
    }

    private void fetch(Optional<NodeId> preferred) {
        List<NodeId> others = replicas.get();
        if (others.isEmpty()) {
            return;
        }
        NodeId source = preferred
                .filter(others::contains)
                .orElseGet(() -> others.get((int) Math.floorMod(attempts.incrementAndGet(), (long) others.size())));
        for (IndexRange range : log.missing()) {
            Backfill backfill = new Backfill(log);
            try (EntryFetch fetch = links.fetchEntries(source, log.name(), range.from(), range.to(), backfill)) {
                backfill.await();
            }
        }
        LOG.info(
                "group {}: older entries fetched from {}, {} ranges missing",
                log.name(),
                source,
                log.missing().size());
    }

    /** Stores what arrives; what the source doesn't have holds nothing that is retained. */
    private static final class Backfill implements EntrySink {

        private final GroupLog log;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Backfill(GroupLog log) {
            this.log = log;
        }

        @Override
        public void entries(List<FetchedEntry> entries) {
            log.backfill(entries.stream()
                    .map(entry -> new LogRecord(
                            entry.getData().isEmpty() ? LogRecord.Kind.NO_OP : LogRecord.Kind.DATA,
                            entry.getIndex(),
                            entry.getTerm(),
                            entry.getData().asReadOnlyByteBuffer()))
                    .toList());
        }

        @Override
        public void completed() {
            done.complete(null);
        }

        @Override
        public void failed(Throwable cause) {
            done.completeExceptionally(cause);
        }

        void await() {
            try {
                done.get(FETCH_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException failed) {
                throw new IllegalStateException(failed.toString(), failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", interrupted);
            }
        }
    }
}
