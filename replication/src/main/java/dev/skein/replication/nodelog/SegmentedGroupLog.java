package dev.skein.replication.nodelog;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A group's handle on the segmented log. Thread-safe; writes go through the writer, reads to the group's index. */
final class SegmentedGroupLog implements GroupLog {

    private final SegmentedNodeLog log;
    private final GroupIndex index;
    private final LogWriter writer;
    private volatile FsyncMode mode = FsyncMode.ALWAYS;
    private final CommittedMark committed;
    private volatile long retainFrom;
    private volatile boolean dropped;

    SegmentedGroupLog(SegmentedNodeLog log, GroupIndex index, LogWriter writer) {
        this.log = log;
        this.index = index;
        this.writer = writer;
        this.committed = new CommittedMark(index::termAt);
    }

    GroupIndex index() {
        return index;
    }

    @Override
    public String name() {
        return index.name();
    }

    @Override
    public long firstIndex() {
        return index.first();
    }

    @Override
    public long lastIndex() {
        return index.last();
    }

    @Override
    public long termAt(long at) {
        return index.termAt(at);
    }

    @Override
    public List<Long> configurationIndexes() {
        return index.configurations();
    }

    @Override
    public void append(List<LogRecord> records) {
        boolean structural = records.stream().anyMatch(record -> record.kind() == LogRecord.Kind.CONFIGURATION);
        write(mode == FsyncMode.ALWAYS || structural, tail -> {
            LogRecords.checkAppend(records, index.last(), index.termAt(index.last()));
            for (LogRecord record : records) {
                long position = tail.write(FrameType.ENTRY, index.number(), record);
                index.append(record.kind(), record.index(), record.term(), position, frameBytes(record));
            }
        });
    }

    @Override
    public Optional<LogRecord> read(long at) {
        return log.read(index, at);
    }

    @Override
    public void truncatePrefix(long firstKept) {
        write(true, tail -> {
            if (firstKept > index.last() + 1) {
                stageReset(tail, firstKept);
            } else if (firstKept > index.first()) {
                tail.write(FrameType.TRUNCATE_PREFIX, index.number(), firstKept, 0);
                index.cutBelow(firstKept);
            }
        });
    }

    @Override
    public void truncateSuffix(long lastKept) {
        write(true, tail -> {
            LogRecords.checkTruncateSuffix(name(), lastKept, index.first(), committed.index());
            if (lastKept < index.last()) {
                tail.write(FrameType.TRUNCATE_SUFFIX, index.number(), lastKept, 0);
                index.cutAbove(lastKept);
            }
        });
    }

    @Override
    public void reset(long nextIndex) {
        LogRecords.checkReset(nextIndex);
        write(true, tail -> stageReset(tail, nextIndex));
    }

    private void stageReset(SegmentTail tail, long nextIndex) throws IOException {
        long readable = committedIndex();
        tail.write(FrameType.RESET, index.number(), nextIndex, readable);
        index.reset(nextIndex, readable);
    }

    @Override
    public void committed(long at, long term) {
        committed.tell(at, term);
    }

    // Raft only ever lets go of committed records.
    @Override
    public long committedIndex() {
        return Math.max(committed.index(), index.first() - 1);
    }

    @Override
    public void retainFrom(long at) {
        retainFrom = Math.max(retainFrom, at);
    }

    /** Makes {@link #retainFrom} effective as far as Raft allows. */
    void writeRetention() {
        long wanted = retainFrom;
        if (dropped || Math.min(wanted, index.first()) <= index.retained()) {
            return;
        }
        writer.write(false, tail -> {
            long from = Math.min(wanted, index.first());
            if (!dropped && from > index.retained()) {
                tail.write(FrameType.RETAIN, index.number(), from, 0);
                index.retain(from);
            }
        });
    }

    @Override
    public long retainedFrom() {
        return index.retained();
    }

    @Override
    public List<IndexRange> missing() {
        return index.holes();
    }

    @Override
    public void backfill(List<LogRecord> records) {
        write(true, tail -> {
            for (LogRecord record : records) {
                if (index.lacks(record.index())) {
                    long position = tail.write(FrameType.BACKFILL, index.number(), record);
                    index.backfill(record.kind(), record.index(), position, frameBytes(record));
                }
            }
        });
    }

    @Override
    public void fsync(FsyncMode next) {
        mode = next;
    }

    @Override
    public void drop() {
        dropped = true;
        log.drop(index);
    }

    private void write(boolean synced, WriteRequest.Staging staging) {
        writer.write(synced, tail -> {
            if (dropped) {
                throw new IllegalStateException(name() + ": the group's log has been dropped");
            }
            staging.stage(tail);
        });
    }

    private static int frameBytes(LogRecord record) {
        return Frame.paddedBytes(record.payload().remaining());
    }
}
