package dev.skein.replication.raft;

import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.FetchedEntry;
import dev.skein.replication.link.EntryFetch;
import dev.skein.replication.link.EntrySink;
import dev.skein.replication.link.RaftLinks;
import dev.skein.replication.nodelog.LogRecord;
import dev.skein.replication.nodelog.RecordCopies;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records that are damaged here, as other replicas have them: asked one after the other. */
public final class PeerRecords implements RecordCopies {

    private static final Logger LOG = LoggerFactory.getLogger(PeerRecords.class);

    /** For one peer. A reader may be waiting. */
    private static final long ANSWER_MILLIS_MAX = 2_000;

    private final RaftLinks links;
    private final Function<String, List<NodeId>> replicas;

    /**
     * Records of peers.
     *
     * @param replicas other nodes that have replicas of a group
     */
    public PeerRecords(RaftLinks links, Function<String, List<NodeId>> replicas) {
        this.links = links;
        this.replicas = replicas;
    }

    @Override
    public Optional<LogRecord> copy(String group, long index) {
        for (NodeId node : replicas.apply(group)) {
            Optional<LogRecord> found = ask(node, group, index);
            if (found.isPresent()) {
                LOG.info("group {}: index {} taken from {}", group, index, node);
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<LogRecord> ask(NodeId node, String group, long index) {
        One one = new One(index);
        try (EntryFetch fetch = links.fetchVerbatim(node, group, index, one)) {
            return one.found.get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unanswered) {
            LOG.debug("group {}: index {} not had from {}: {}", group, index, node, unanswered.toString());
            return Optional.empty();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Takes the one entry. */
    private static final class One implements EntrySink {

        private final long index;
        private final CompletableFuture<Optional<LogRecord>> found = new CompletableFuture<>();

        One(long index) {
            this.index = index;
        }

        @Override
        public void entries(List<FetchedEntry> entries) {
            entries.stream()
                    .filter(entry -> entry.getIndex() == index && isWhole(entry))
                    .findFirst()
                    .ifPresent(entry -> found.complete(Optional.of(record(entry))));
        }

        private static boolean isWhole(FetchedEntry entry) {
            CRC32C crc = new CRC32C();
            crc.update(entry.getData().asReadOnlyByteBuffer());
            return (int) crc.getValue() == entry.getCrc()
                    && entry.getKind() > 0
                    && entry.getKind() <= LogRecord.Kind.values().length;
        }

        private static LogRecord record(FetchedEntry entry) {
            return new LogRecord(
                    LogRecord.Kind.values()[entry.getKind() - 1],
                    entry.getIndex(),
                    entry.getTerm(),
                    entry.getData().asReadOnlyByteBuffer());
        }

        @Override
        public void completed() {
            found.complete(Optional.empty());
        }

        @Override
        public void failed(Throwable cause) {
            found.completeExceptionally(cause);
        }
    }
}
