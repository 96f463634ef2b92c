package dev.skein.client.internal.core;

import java.time.Duration;

/** A clock that moves only when told, and the timers on it. */
final class VirtualClock {

    private long nanos = 1_000_000_000L;
    final Timers timers = new Timers(() -> nanos);

    /** Moves on, running every timer at its own moment. */
    void advance(Duration by) {
        long end = nanos + by.toNanos();
        while (timers.nextNanos().isPresent() && timers.nextNanos().getAsLong() <= end) {
            nanos = Math.max(nanos, timers.nextNanos().getAsLong());
            timers.runDue();
        }
        nanos = end;
    }

    /** The process stands still: time passes and no timer runs in between. */
    void stall(Duration by) {
        nanos += by.toNanos();
        timers.runDue();
    }

    long nanoTime() {
        return nanos;
    }
}
