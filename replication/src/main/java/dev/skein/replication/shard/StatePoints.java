package dev.skein.replication.shard;

import java.util.Map;
import java.util.TreeMap;

/**
 * The shard's digest after some entries, the same ones on every replica: the first entry of each stretch of {@value #STRETCH} indexes.
 * So replicas that are at different entries still have some in common. The latest few are kept. Thread-safe.
 */
final class StatePoints {

    /** Higher: a difference is found later on a busy shard. Lower: fewer seconds of a busy shard are remembered. */
    private static final long STRETCH = 1_024;

    /** Enough that a replica half a minute behind, at 500 entries a second, has points in common with the others. */
    private static final int KEPT = 16;

    private final TreeMap<Long, Long> points = new TreeMap<>();

    /**
     * An entry was applied.
     *
     * @param previous index of the shard's entry before it
     */
    void applied(long previous, long index, long digest) {
        if (previous / STRETCH != index / STRETCH) {
            keep(index, digest);
        }
    }

    private synchronized void keep(long index, long digest) {
        points.put(index, digest);
        if (points.size() > KEPT) {
            points.pollFirstEntry();
        }
    }

    /** The state was replaced. */
    synchronized void clear() {
        points.clear();
    }

    /** Index to digest. */
    synchronized Map<Long, Long> all() {
        return new TreeMap<>(points);
    }
}
