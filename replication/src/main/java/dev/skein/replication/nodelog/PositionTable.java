package dev.skein.replication.nodelog;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the records of a group are: index to position and frame length. Primitive arrays in chunks, 12 bytes a record; absent
 * stretches cost nothing. Guarded by its owner.
 */
final class PositionTable {

    /** Called for each record that goes. */
    interface Removed {
        void at(long position, int frameBytes);
    }

    private static final int CHUNK = 512;

    private static final class Chunk {
        final long[] positions = new long[CHUNK];
        final int[] lengths = new int[CHUNK];
        int used;
    }

    private final TreeMap<Long, Chunk> chunks = new TreeMap<>();

    /** Position of a record; 0 when absent. */
    long position(long index) {
        Chunk chunk = chunks.get(index / CHUNK);
        return chunk == null ? 0 : chunk.positions[(int) (index % CHUNK)];
    }

    /** Bytes of the record's frame with padding; 0 when absent. */
    int length(long index) {
        Chunk chunk = chunks.get(index / CHUNK);
        return chunk == null ? 0 : chunk.lengths[(int) (index % CHUNK)];
    }

    void put(long index, long position, int frameBytes) {
        Chunk chunk = chunks.computeIfAbsent(index / CHUNK, number -> new Chunk());
        int slot = (int) (index % CHUNK);
        if (chunk.positions[slot] == 0) {
            chunk.used++;
        }
        chunk.positions[slot] = position;
        chunk.lengths[slot] = frameBytes;
    }

    /** Forgets the records from {@code from} to {@code to}. */
    void clear(long from, long to, Removed removed) {
        if (from > to) {
            return;
        }
        Iterator<Map.Entry<Long, Chunk>> affected =
                chunks.subMap(from / CHUNK, true, to / CHUNK, true).entrySet().iterator();
        while (affected.hasNext()) {
            Map.Entry<Long, Chunk> entry = affected.next();
            long base = entry.getKey() * CHUNK;
            clear(entry.getValue(), (int) Math.max(0, from - base), (int) Math.min(CHUNK - 1, to - base), removed);
            if (entry.getValue().used == 0) {
                affected.remove();
            }
        }
    }

    private static void clear(Chunk chunk, int from, int to, Removed removed) {
        for (int slot = from; slot <= to; slot++) {
            if (chunk.positions[slot] != 0) {
                removed.at(chunk.positions[slot], chunk.lengths[slot]);
                chunk.positions[slot] = 0;
                chunk.used--;
            }
        }
    }
}
