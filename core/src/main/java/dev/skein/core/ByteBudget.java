package dev.skein.core;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that many users may hold together. Thread-safe. */
public final class ByteBudget {

    private static final int HEAP_SHARE = 16;
    private static final long BYTES_MIN = 4L << 20;

    private final long max;
    private final AtomicLong taken = new AtomicLong();

    public ByteBudget(long max) {
        this.max = max;
    }

    /**
     * A sixteenth of the heap. Bytes on their way through a node are there several times: as they came, in the entry, in the requests to the
     * followers and in their sending buffers.
     */
    public static ByteBudget ofHeap() {
        return new ByteBudget(Math.max(BYTES_MIN, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
    }

    /** Takes some; false when they aren't left. */
    public boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= max) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** Gives back what was taken. */
    public void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** How many there are in all. */
    public long max() {
        return max;
    }

    /** How many are taken now. */
    public long taken() {
        return taken.get();
    }
}
