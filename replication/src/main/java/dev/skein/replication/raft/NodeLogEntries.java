package dev.skein.replication.raft;

import com.google.protobuf.ByteString;
import dev.skein.proto.replication.v1.FetchedEntry;
import dev.skein.replication.link.EntrySource;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.LogRecord;
import dev.skein.replication.nodelog.NodeLog;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.nodelog.ReadRepair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/**
 * Serves this node's entries to replicas that installed a snapshot. Only committed ones: a replica that was cut off may still hold
 * others at the same indexes. Entries that are not the state machine's go as empty ones, so that the other side's log gets whole.
 */
public final class NodeLogEntries implements EntrySource {

    private final NodeLog log;
    private final ReadRepair repair;
    private final Consumer<Throwable> onStorageFailure;

    /**
     * A source.
     *
     * @param repair told when stored bytes aren't what was written; the caller asks another replica
     * @param onStorageFailure told when stored bytes can't be read
     */
    public NodeLogEntries(NodeLog log, ReadRepair repair, Consumer<Throwable> onStorageFailure) {
        this.log = log;
        this.repair = repair;
        this.onStorageFailure = onStorageFailure;
    }

    @Override
    public Iterator<FetchedEntry> entries(String group, long firstIndex, long lastIndex, boolean verbatim)
            throws IOException {
        GroupLog entries = log.find(group)
                .orElseThrow(() -> new IOException("group: " + group + " (expected: a group of this node)"));
        long first = Math.max(firstIndex, entries.retainedFrom());
        long last = Math.min(lastIndex, entries.committedIndex());
        return LongStream.rangeClosed(first, last)
                .mapToObj(index -> read(entries, index))
                .flatMap(Optional::stream)
                .map(record -> fetched(record, verbatim))
                .iterator();
    }

    private Optional<LogRecord> read(GroupLog entries, long index) {
        try {
            return entries.read(index);
        } catch (NodeLogDamagedException damaged) {
            repair.mend(damaged, false);
            throw damaged;
        } catch (UncheckedIOException failure) {
            onStorageFailure.accept(failure);
            throw failure;
        }
    }

    private static FetchedEntry fetched(LogRecord record, boolean verbatim) {
        ByteBuffer payload = verbatim || record.kind() == LogRecord.Kind.DATA
                ? record.payload().duplicate()
                : ByteBuffer.allocate(0);
        CRC32C crc = new CRC32C();
        crc.update(payload.duplicate());
        return FetchedEntry.newBuilder()
                .setIndex(record.index())
                .setTerm(record.term())
                .setData(ByteString.copyFrom(payload))
                .setCrc((int) crc.getValue())
                .setKind(verbatim ? 1 + record.kind().ordinal() : 0)
                .build();
    }
}
