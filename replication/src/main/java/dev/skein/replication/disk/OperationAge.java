package dev.skein.replication.disk;

import java.util.OptionalLong;

/**
 * For how long an operation on the disk has been seen to be under way. Time in which nobody looked doesn't count beyond a little: then this
 * process stood still, which says nothing about the disk. Used by one thread.
 */
final class OperationAge {

    private final long lookNanosMax;
    private OptionalLong operation = OptionalLong.empty();
    private long seenNanos;
    private long lookedNanos;

    /** @param lookNanosMax a longer time between two looks counts as this */
    OperationAge(long lookNanosMax) {
        this.lookNanosMax = lookNanosMax;
    }

    /**
     * @param busySince when the operation began that is under way; empty: none is
     * @return its age in nanoseconds; 0 when there is none
     */
    long look(long nowNanos, OptionalLong busySince) {
        long passed = Math.min(nowNanos - lookedNanos, lookNanosMax);
        lookedNanos = nowNanos;
        if (busySince.isEmpty()) {
            seenNanos = 0;
        } else if (busySince.equals(operation)) {
            seenNanos += passed;
        } else {
            seenNanos = Math.max(0, Math.min(nowNanos - busySince.getAsLong(), lookNanosMax));
        }
        operation = busySince;
        return seenNanos;
    }
}
