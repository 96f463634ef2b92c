package dev.skein.replication.group;

/**
 * How far apart a shard's entries should be. Each entry costs the same whatever it holds, so a busy node is better off with fewer and
 * larger ones; an idle one with none waiting. What tells them apart is how much longer a commit takes than it must: half of that
 * delay is the distance. The shortest commit of the last minute or two is the network's and the disk's time: long enough to remember a
 * quiet moment under lasting load, short enough to follow a leader that now has farther followers.
 *
 * <p>Guarded by its owner.
 */
final class EntrySpacing {

    static final long NANOS_MIN = 500_000;
    static final long NANOS_MAX = 32_000_000;

    /** The newest commit counts for one in so many. */
    private static final int WEIGHT = 8;

    /** The shortest commit is that of the present window and the one before. */
    static final long WINDOW_NANOS = 60_000_000_000L;

    private long averageNanos;
    private long shortestNanos = Long.MAX_VALUE;
    private long shortestBeforeNanos = Long.MAX_VALUE;
    private long windowStartNanos;

    /**
     * An entry was applied.
     *
     * @param nanos since it was proposed
     * @param nowNanos the clock
     */
    void committed(long nanos, long nowNanos) {
        if (shortestNanos == Long.MAX_VALUE) {
            averageNanos = nanos;
            windowStartNanos = nowNanos;
        } else if (nowNanos - windowStartNanos >= WINDOW_NANOS) {
            shortestBeforeNanos = shortestNanos;
            shortestNanos = nanos;
            windowStartNanos = nowNanos;
        }
        averageNanos += (nanos - averageNanos) / WEIGHT;
        shortestNanos = Math.min(nanos, shortestNanos);
    }

    /**
     * When the next entry may go. All shards of a node meet at the same moments, so that one write and one sync of the log serve several of
     * them.
     *
     * @param lastNanos when the last one went
     */
    long next(long lastNanos) {
        long distance = Math.max(
                NANOS_MIN, Math.min(NANOS_MAX, (averageNanos - Math.min(shortestNanos, shortestBeforeNanos)) / 2));
        long grid = Long.highestOneBit(distance);
        return lastNanos + distance / 2 + grid - 1 & -grid;
    }
}
