package dev.skein.replication.nodelog;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A group of the log without a disk. Every method holds the object's monitor. */
final class InMemoryGroupLog implements GroupLog {

    private final String name;
    private final Runnable onDrop;
    private final TreeMap<Long, LogRecord> records = new TreeMap<>();
    private long first = 1;
    private long last;
    private long retained = 1;
    private long retainFrom;
    private final CommittedMark committed = new CommittedMark(this::termAt);
    private boolean dropped;

    InMemoryGroupLog(String name, Runnable onDrop) {
        this.name = name;
        this.onDrop = onDrop;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized long firstIndex() {
        return first;
    }

    @Override
    public synchronized long lastIndex() {
        return last;
    }

    @Override
    public synchronized long termAt(long index) {
        return index < first || index > last ? 0 : records.get(index).term();
    }

    @Override
    public synchronized List<Long> configurationIndexes() {
        return records.subMap(first, last + 1).values().stream()
                .filter(record -> record.kind() == LogRecord.Kind.CONFIGURATION)
                .map(LogRecord::index)
                .toList();
    }

    @Override
    public synchronized void append(List<LogRecord> appended) {
        checkKnown();
        LogRecords.checkAppend(appended, last, termAt(last));
        appended.forEach(this::put);
        last += appended.size();
    }

    @Override
    public synchronized Optional<LogRecord> read(long index) {
        return Optional.ofNullable(records.get(index)).map(InMemoryGroupLog::copyOf);
    }

    @Override
    public synchronized void truncatePrefix(long firstKept) {
        checkKnown();
        if (firstKept > last + 1) {
            reset(firstKept);
        } else if (firstKept > first) {
            first = firstKept;
            reclaim();
        }
    }

    @Override
    public synchronized void truncateSuffix(long lastKept) {
        checkKnown();
        LogRecords.checkTruncateSuffix(name, lastKept, first, committed.index());
        if (lastKept < last) {
            records.tailMap(lastKept, false).clear();
            last = lastKept;
        }
    }

    @Override
    public synchronized void reset(long nextIndex) {
        checkKnown();
        LogRecords.checkReset(nextIndex);
        records.tailMap(Math.min(committedIndex(), nextIndex - 1), false).clear();
        first = nextIndex;
        last = nextIndex - 1;
        retained = Math.min(retained, first);
        reclaim();
    }

    @Override
    public synchronized void committed(long index, long term) {
        committed.tell(index, term);
    }

    @Override
    public synchronized long committedIndex() {
        return Math.max(committed.index(), first - 1);
    }

    @Override
    public synchronized void retainFrom(long index) {
        retainFrom = Math.max(retainFrom, index);
        reclaim();
    }

    private void reclaim() {
        retained = Math.max(retained, Math.min(retainFrom, first));
        records.headMap(retained).clear();
    }

    @Override
    public synchronized long retainedFrom() {
        return retained;
    }

    @Override
    public synchronized List<IndexRange> missing() {
        List<IndexRange> missing = new ArrayList<>();
        long next = retained;
        for (long index : records.subMap(retained, first).keySet()) {
            if (index > next) {
                missing.add(new IndexRange(next, index - 1));
            }
            next = index + 1;
        }
        if (next < first) {
            missing.add(new IndexRange(next, first - 1));
        }
        return missing;
    }

    @Override
    public synchronized void backfill(List<LogRecord> fetched) {
        checkKnown();
        for (LogRecord record : fetched) {
            if (record.index() >= retained && record.index() < first && !records.containsKey(record.index())) {
                put(record);
            }
        }
    }

    @Override
    public void fsync(FsyncMode mode) {
        // Memory is as durable as it gets.
    }

    @Override
    public synchronized void drop() {
        dropped = true;
        records.clear();
        onDrop.run();
    }

    private void checkKnown() {
        if (dropped) {
            throw new IllegalStateException(name + ": the group's log has been dropped");
        }
    }

    private void put(LogRecord record) {
        records.put(record.index(), copyOf(record));
    }

    private static LogRecord copyOf(LogRecord record) {
        ByteBuffer bytes = ByteBuffer.allocate(record.payload().remaining());
        bytes.put(record.payload().duplicate()).flip();
        return new LogRecord(record.kind(), record.index(), record.term(), bytes);
    }
}
