package dev.skein.benchmarks.workload;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Waits for a count to grow, and complains when it does not. Used by one thread. */
final class Watch {

    private static final Duration POLL = Duration.ofMillis(10);

    /** What doesn't move for so long is not slow but stuck. */
    private static final long STUCK_NANOS = Duration.ofSeconds(30).toNanos();

    private final LongSupplier count;
    private long last = -1;
    private long movedNanos = System.nanoTime();

    Watch(LongSupplier count) {
        this.count = count;
    }

    /** @throws IOException when the count stands still before it has reached what is wanted */
    void await(String what, long wanted) throws IOException {
        while (count.getAsLong() < wanted) {
            Measuring.letPass(POLL);
            if (hasStopped()) {
                throw new IOException(what + " is stuck at " + last + " of " + wanted + " messages");
            }
        }
    }

    /** Waits until the count has reached what is wanted, or has stood still for so long; answers what it is then. */
    long awaitOrGiveUp(long wanted, Duration still) throws IOException {
        while (count.getAsLong() < wanted && !hasStoppedFor(still.toNanos())) {
            Measuring.letPass(POLL);
        }
        return count.getAsLong();
    }

    private boolean hasStopped() {
        return hasStoppedFor(STUCK_NANOS);
    }

    private boolean hasStoppedFor(long nanos) {
        long now = count.getAsLong();
        if (now != last) {
            last = now;
            movedNanos = System.nanoTime();
        }
        return System.nanoTime() - movedNanos > nanos;
    }
}
