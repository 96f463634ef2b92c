package dev.skein.server.fanout;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all rings of a node may hold together. When they are exceeded a ring that grows keeps only its newest entry. */
public final class RingBudget {

    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    public RingBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Bytes in all rings. */
    public long bytes() {
        return bytes.get();
    }

    void add(long size) {
        bytes.addAndGet(size);
    }

    boolean exceeded() {
        return bytes.get() > bytesMax;
    }
}
