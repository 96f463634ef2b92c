package dev.skein.replication.group;

/**
 * How far apart a shard's entries should be. Each entry costs the same whatever it holds, so a busy node is better off with fewer and
 * larger ones; an idle one with none waiting. What tells them apart is how much longer a commit takes than it must: half of that
 * delay is the distance. The shortest commit, which is the network's and the disk's time, is forgotten slowly, so that a change of either is
 * followed.
 *
 * <p>Guarded by its owner.
 */
final class EntrySpacing {

    static final long NANOS_MIN = 500_000;
    static final long NANOS_MAX = 10_000_000;

    /** The newest commit counts for one in so many. */
    private static final int WEIGHT = 8;

    /** The shortest commit grows by one in so many with each entry. */
    private static final int FORGET = 256;

    private long averageNanos;
    private long shortestNanos;

    /** An entry was applied so long after it was proposed. */
    void committed(long nanos) {
        if (shortestNanos == 0) {
            averageNanos = nanos;
            shortestNanos = nanos;
        }
        averageNanos += (nanos - averageNanos) / WEIGHT;
        shortestNanos = Math.min(nanos, shortestNanos + shortestNanos / FORGET);
    }

    /**
     * When the next entry may go. All shards of a node meet at the same moments, so that one write and one sync of the log serve several of
     * them.
     *
     * @param lastNanos when the last one went
     */
    long next(long lastNanos) {
        long distance = Math.max(NANOS_MIN, Math.min(NANOS_MAX, (averageNanos - shortestNanos) / 2));
        long grid = Long.highestOneBit(distance);
        return lastNanos + distance / 2 + grid - 1 & -grid;
    }
}
