package dev.skein.replication.nodelog;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A set of indexes as ascending, disjoint ranges. Few ranges are expected. Guarded by its owner. */
final class IndexRanges {

    private final List<IndexRange> ranges = new ArrayList<>();

    boolean contains(long index) {
        return endOf(index) != 0;
    }

    /** The last index of the range that an index is in; 0 when it is in none. */
    long endOf(long index) {
        for (IndexRange range : ranges) {
            if (index >= range.from() && index <= range.to()) {
                return range.to();
            }
        }
        return 0;
    }

    /** Whether the ranges are in order, not empty, and nowhere outside. */
    boolean areWithin(long from, long to) {
        long next = from;
        for (IndexRange range : ranges) {
            if (range.from() < next || range.to() < range.from() || range.to() > to) {
                return false;
            }
            next = range.to() + 1;
        }
        return true;
    }

    /** Adds a range above all others. An empty range ({@code from > to}) adds nothing. */
    void addLast(long from, long to) {
        if (from > to) {
            return;
        }
        int last = ranges.size() - 1;
        if (last >= 0 && ranges.get(last).to() + 1 == from) {
            ranges.set(last, new IndexRange(ranges.get(last).from(), to));
        } else {
            ranges.add(new IndexRange(from, to));
        }
    }

    void remove(long from, long to) {
        List<IndexRange> left = new ArrayList<>();
        for (IndexRange range : ranges) {
            if (range.to() < from || range.from() > to) {
                left.add(range);
                continue;
            }
            if (range.from() < from) {
                left.add(new IndexRange(range.from(), from - 1));
            }
            if (range.to() > to) {
                left.add(new IndexRange(to + 1, range.to()));
            }
        }
        ranges.clear();
        ranges.addAll(left);
    }

    List<IndexRange> list() {
        return List.copyOf(ranges);
    }

    int encodedBytes() {
        return 4 + 16 * ranges.size();
    }

    void encode(ByteBuffer target) {
        target.putInt(ranges.size());
        for (IndexRange range : ranges) {
            target.putLong(range.from()).putLong(range.to());
        }
    }

    void decode(ByteBuffer source) {
        ranges.clear();
        int count = source.getInt();
        for (int range = 0; range < count; range++) {
            ranges.add(new IndexRange(source.getLong(), source.getLong()));
        }
    }
}
