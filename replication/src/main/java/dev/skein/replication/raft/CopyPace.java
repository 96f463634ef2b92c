package dev.skein.replication.raft;

import com.alipay.sofa.jraft.storage.SnapshotThrottle;
import java.util.function.LongSupplier;

/**
 * How much of a snapshot to ask for at a time, one piece being on the way. A piece has to be large where the round trip is long, or
 * a long way carries next to nothing; and small where the way is narrow, since what stands behind a piece there, the heartbeats of all
 * groups, waits for it. So pieces grow while they come back hardly later than the quickest did, and shrink when they come much later: the delay
 * over the quickest is what this copy, and others beside it, add for everybody.
 *
 * <p>JRaft asks once before each piece, on one thread at a time. One for each copy: ways differ.
 */
final class CopyPace implements SnapshotThrottle {

    /** What any way must bear. */
    static final int PIECE_BYTES_MIN = 128 << 10;

    /** As much as the largest append. */
    static final int PIECE_BYTES_MAX = 1 << 20;

    /** Later than the quickest by less than this: the way bears more. */
    private static final long HARDLY_LATER_NANOS = 100_000_000L;

    /** Later than the quickest by more than this: others are kept waiting. */
    private static final long MUCH_LATER_NANOS = 300_000_000L;

    private final LongSupplier nanoTime;
    private int pieceBytes = PIECE_BYTES_MIN;
    private long askedAt;
    private boolean asked;
    private long quickestNanos = Long.MAX_VALUE;

    CopyPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * The size of the next piece, the one before having come.
     *
     * @param bytesMax what JRaft would ask for
     */
    @Override
    public synchronized long throttledByThroughput(long bytesMax) {
        long now = nanoTime.getAsLong();
        if (asked) {
            adapt(now - askedAt);
        }
        asked = true;
        askedAt = now;
        return Math.min(bytesMax, pieceBytes);
    }

    private void adapt(long tookNanos) {
        if (quickestNanos == Long.MAX_VALUE) {
            // JRaft's description of the snapshot comes first and is small: how long the way is, not how wide.
            quickestNanos = tookNanos;
            return;
        }
        quickestNanos = Math.min(quickestNanos, tookNanos);
        long laterNanos = tookNanos - quickestNanos;
        if (laterNanos < HARDLY_LATER_NANOS) {
            pieceBytes = Math.min(PIECE_BYTES_MAX, pieceBytes * 2);
        } else if (laterNanos > MUCH_LATER_NANOS) {
            pieceBytes = Math.max(PIECE_BYTES_MIN, pieceBytes / 2);
        }
    }
}
