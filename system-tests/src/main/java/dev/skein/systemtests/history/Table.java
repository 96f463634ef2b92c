package dev.skein.systemtests.history;

import java.util.ArrayList;
import java.util.List;

/** Rows of numbers that are only appended and changed in place, without an object a row. Thread-safe. */
final class Table {

    private static final int CHUNK_ROWS = 1 << 13;

    /**
     * Two gigabytes for the widest table. An hour of faults on three nodes needs a third of that: each message is seen by three subscribers, in three
     * histories and on three replicas. Reached: recording fails.
     */
    private static final int ROWS_MAX = 24 << 20;

    private final int width;
    private final List<long[]> chunks = new ArrayList<>();
    private int rows;

    Table(int width) {
        this.width = width;
    }

    /** Adds a row and answers its number. */
    synchronized int append(long... values) {
        if (values.length != width || rows >= ROWS_MAX) {
            throw new IllegalStateException("a row of " + values.length + " at " + rows + " (expected: " + width
                    + " columns, fewer than " + ROWS_MAX + " rows)");
        }
        if (rows % CHUNK_ROWS == 0) {
            chunks.add(new long[CHUNK_ROWS * width]);
        }
        System.arraycopy(values, 0, chunks.get(rows / CHUNK_ROWS), rows % CHUNK_ROWS * width, width);
        return rows++;
    }

    synchronized void set(int row, int column, long... values) {
        System.arraycopy(values, 0, chunk(row), row % CHUNK_ROWS * width + column, values.length);
    }

    /** A copy of the row. */
    synchronized long[] row(int row) {
        long[] copy = new long[width];
        System.arraycopy(chunk(row), row % CHUNK_ROWS * width, copy, 0, width);
        return copy;
    }

    synchronized int rows() {
        return rows;
    }

    private long[] chunk(int row) {
        if (row < 0 || row >= rows) {
            throw new IndexOutOfBoundsException("row " + row + " of " + rows);
        }
        return chunks.get(row / CHUNK_ROWS);
    }
}
