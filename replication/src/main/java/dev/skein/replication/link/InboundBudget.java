package dev.skein.replication.link;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of one peer's requests that wait for a thread here. */
final class InboundBudget {

    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    InboundBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes room for a request, or says that there is none. One request always fits. */
    boolean admit(int size) {
        long cost = cost(size);
        long after = bytes.addAndGet(cost);
        if (after > bytesMax && after != cost) {
            bytes.addAndGet(-cost);
            return false;
        }
        return true;
    }

    void release(int size) {
        bytes.addAndGet(-cost(size));
    }

    private static long cost(int size) {
        return (long) size + LinkLimits.FRAME_OVERHEAD_BYTES;
    }
}
