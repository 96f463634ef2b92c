package dev.skein.replication.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts who is inside native code, because closing RocksDB under a reader would take the process down. The lowest bit says
 * closed; the rest counts users.
 */
final class UseGate {

    private static final long USER = 2;
    private static final long CLOSED = 1;

    private final AtomicLong state = new AtomicLong();

    /** @throws StoreException when closed */
    void enter() {
        if ((state.getAndAdd(USER) & CLOSED) != 0) {
            leave();
            throw new StoreException("store is closed");
        }
    }

    void leave() {
        state.addAndGet(-USER);
    }

    /** Lets nobody in any more; false when closed before. */
    boolean close() {
        return (state.getAndUpdate(now -> now | CLOSED) & CLOSED) == 0;
    }

    /** Waits until the last user left; false when some are still inside after the timeout. */
    boolean awaitEmpty(long timeoutMillis) {
        long start = System.nanoTime();
        while (state.get() > CLOSED) {
            if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) > timeoutMillis) {
                return false;
            }
            LockSupport.parkNanos(100_000);
        }
        return true;
    }
}
