package dev.skein.replication.nodelog;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Terms of a Raft log as runs: terms only grow, and change once per leadership. Guarded by its owner. */
final class TermRuns {

    private long[] starts = new long[4];
    private long[] terms = new long[4];
    private int size;

    void append(long index, long term) {
        if (size > 0 && terms[size - 1] == term) {
            return;
        }
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
            terms = Arrays.copyOf(terms, size * 2);
        }
        starts[size] = index;
        terms[size++] = term;
    }

    /** Term at an index of the log; 0 before the first run. */
    long at(long index) {
        int found = Arrays.binarySearch(starts, 0, size, index);
        int run = found >= 0 ? found : -found - 2;
        return run < 0 ? 0 : terms[run];
    }

    /** Last term; 0 when there is none. */
    long last() {
        return size == 0 ? 0 : terms[size - 1];
    }

    void cutAbove(long lastKept) {
        while (size > 0 && starts[size - 1] > lastKept) {
            size--;
        }
    }

    void cutBelow(long firstKept) {
        int gone = 0;
        while (gone + 1 < size && starts[gone + 1] <= firstKept) {
            gone++;
        }
        System.arraycopy(starts, gone, starts, 0, size - gone);
        System.arraycopy(terms, gone, terms, 0, size - gone);
        size -= gone;
        if (size > 0) {
            starts[0] = Math.max(starts[0], firstKept);
        }
    }

    void clear() {
        size = 0;
    }

    int encodedBytes() {
        return 4 + 16 * size;
    }

    void encode(ByteBuffer target) {
        target.putInt(size);
        for (int run = 0; run < size; run++) {
            target.putLong(starts[run]).putLong(terms[run]);
        }
    }

    void decode(ByteBuffer source) {
        int count = source.getInt();
        size = 0;
        for (int run = 0; run < count; run++) {
            append(source.getLong(), source.getLong());
        }
    }
}
