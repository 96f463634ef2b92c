package dev.skein.replication.nodelog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the log knows of one group. Changed by the writer thread, and by recovery before there is one, through the same methods
 * in the same order, so that a replay ends in the same state; read from anywhere. Every method holds the object's monitor.
 *
 * <p>Invariants: the Raft log is {@code first..last}, empty when {@code first == last + 1}. {@code retained <= first}. Each index
 * of {@code retained..last} is in {@code positions} or in {@code holes}; holes are below {@code first}.
 */
final class GroupIndex {

    /** No log gets near it. What is beyond was never written. */
    private static final long INDEX_MAX = Long.MAX_VALUE >> 1;

    private final int number;
    private final String name;
    private final Segments segments;
    private final PositionTable positions = new PositionTable();
    private final TermRuns terms = new TermRuns();
    private final IndexRanges holes = new IndexRanges();
    private final TreeSet<Long> configurations = new TreeSet<>();
    private long first = 1;
    private long last;
    private long retained = 1;

    GroupIndex(int number, String name, Segments segments) {
        this.number = number;
        this.name = name;
        this.segments = segments;
    }

    int number() {
        return number;
    }

    String name() {
        return name;
    }

    synchronized long first() {
        return first;
    }

    synchronized long last() {
        return last;
    }

    synchronized long retained() {
        return retained;
    }

    synchronized long termAt(long index) {
        return index < first || index > last ? 0 : terms.at(index);
    }

    synchronized List<Long> configurations() {
        return List.copyOf(configurations);
    }

    synchronized List<IndexRange> holes() {
        return holes.list();
    }

    synchronized long position(long index) {
        return positions.position(index);
    }

    /** Where the record is now. */
    synchronized Optional<Place> place(long index) {
        long position = positions.position(index);
        return position == 0 ? Optional.empty() : Optional.of(new Place(position, positions.length(index)));
    }

    /**
     * A record's place.
     *
     * @param position where its frame begins
     * @param frameBytes how long the frame is, with padding
     */
    record Place(long position, int frameBytes) {}

    synchronized void append(LogRecord.Kind kind, long index, long term, long position, int frameBytes) {
        if (index != last + 1 || term < terms.last()) {
            throw new IllegalStateException(
                    name + ": append of index " + index + " term " + term + " after " + last + " term " + terms.last());
        }
        last = index;
        terms.append(index, term);
        put(kind, index, position, frameBytes);
    }

    synchronized void cutAbove(long lastKept) {
        if (lastKept < first - 1 || lastKept > last) {
            throw new IllegalStateException(name + ": cut above " + lastKept + " of " + first + ".." + last);
        }
        positions.clear(lastKept + 1, last, segments::release);
        configurations.tailSet(lastKept, false).clear();
        terms.cutAbove(lastKept);
        last = lastKept;
    }

    synchronized void cutBelow(long firstKept) {
        if (firstKept < first || firstKept > last + 1) {
            throw new IllegalStateException(name + ": cut below " + firstKept + " of " + first + ".." + last);
        }
        first = firstKept;
        configurations.headSet(first).clear();
        if (first > last) {
            terms.clear();
        } else {
            terms.cutBelow(first);
        }
    }

    synchronized void reset(long next, long lastReadable) {
        if (next < 1 || next > INDEX_MAX || lastReadable < 0) {
            throw new IllegalStateException(name + ": reset to " + next + ", readable to " + lastReadable);
        }
        long kept = Math.min(lastReadable, Math.min(last, next - 1));
        positions.clear(kept + 1, last, segments::release);
        holes.remove(kept + 1, Long.MAX_VALUE);
        holes.addLast(Math.max(kept + 1, retained), next - 1);
        configurations.clear();
        terms.clear();
        first = next;
        last = next - 1;
        retained = Math.min(retained, first);
    }

    synchronized void retain(long from) {
        if (from < retained || from > first) {
            throw new IllegalStateException(name + ": retain from " + from + " of " + retained + ".." + first);
        }
        positions.clear(retained, from - 1, segments::release);
        holes.remove(Long.MIN_VALUE, from - 1);
        retained = from;
    }

    /** Whether a record of this index would fill a hole. */
    synchronized boolean lacks(long index) {
        return holes.contains(index);
    }

    synchronized void backfill(LogRecord.Kind kind, long index, long position, int frameBytes) {
        if (!holes.contains(index)) {
            throw new IllegalStateException(name + ": backfill of index " + index + " which is not missing");
        }
        holes.remove(index, index);
        put(kind, index, position, frameBytes);
    }

    /** Moves a record if it still is where its copy was taken from. */
    synchronized void relocate(long index, long expected, long position, int frameBytes) {
        if (positions.position(index) == expected) {
            segments.release(expected, positions.length(index));
            put(LogRecord.Kind.DATA, index, position, frameBytes);
        }
    }

    /** Replay of a relocation: the copy is the record, whether or not the old segment is still there. */
    synchronized void relocated(LogRecord.Kind kind, long index, long position, int frameBytes) {
        if (index < retained || index > last || holes.contains(index)) {
            throw new IllegalStateException(name + ": relocation of index " + index + " of " + retained + ".." + last);
        }
        segments.release(positions.position(index), positions.length(index));
        put(kind, index, position, frameBytes);
    }

    synchronized void forget() {
        positions.clear(0, Long.MAX_VALUE, segments::release);
    }

    /** First index that should have a record and has none; 0 when the group is whole. */
    synchronized long firstLost() {
        long index = retained;
        while (index <= last) {
            // A hole may be as long as a shard's life.
            long holeEnd = holes.endOf(index);
            if (holeEnd == 0 && positions.position(index) == 0) {
                return index;
            }
            index = Math.max(index, holeEnd) + 1;
        }
        return 0;
    }

    private void put(LogRecord.Kind kind, long index, long position, int frameBytes) {
        positions.put(index, position, frameBytes);
        segments.keep(position, frameBytes);
        if (kind == LogRecord.Kind.CONFIGURATION && index >= first) {
            configurations.add(index);
        }
    }

    synchronized int encodedBytes() {
        return 4 + 2 + name.getBytes(StandardCharsets.UTF_8).length + 24 + terms.encodedBytes() + holes.encodedBytes();
    }

    synchronized void encode(ByteBuffer target) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        target.putInt(number).putShort((short) text.length).put(text);
        target.putLong(first).putLong(last).putLong(retained);
        terms.encode(target);
        holes.encode(target);
    }

    static GroupIndex decode(ByteBuffer source, Segments segments) {
        int number = source.getInt();
        byte[] text = new byte[Short.toUnsignedInt(source.getShort())];
        source.get(text);
        GroupIndex group = new GroupIndex(number, new String(text, StandardCharsets.UTF_8), segments);
        group.first = source.getLong();
        group.last = source.getLong();
        group.retained = source.getLong();
        group.terms.decode(source);
        group.holes.decode(source);
        group.requireSound();
        return group;
    }

    private void requireSound() {
        boolean sound = retained >= 1 && retained <= first && first - 1 <= last && last < INDEX_MAX;
        if (!sound || !holes.areWithin(retained, first - 1)) {
            throw new IllegalStateException(
                    name + ": " + retained + ".." + first + ".." + last + " and " + holes.list());
        }
    }
}
