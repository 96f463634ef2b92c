package dev.skein.client.internal.core;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Exponential backoff with full jitter: each delay is uniform between zero and a ceiling that doubles. */
final class Backoff {

    private static final int DOUBLINGS_MAX = 20;

    private final long floorNanos;
    private final long ceilingNanos;
    private final RandomGenerator random;
    private int attempts;

    Backoff(Duration floor, Duration ceiling, RandomGenerator random) {
        this.floorNanos = floor.toNanos();
        this.ceilingNanos = ceiling.toNanos();
        this.random = random;
    }

    /** The next delay. */
    Duration next() {
        long ceiling = Math.min(ceilingNanos, floorNanos << Math.min(attempts, DOUBLINGS_MAX));
        attempts++;
        return Duration.ofNanos(random.nextLong(ceiling + 1));
    }

    void reset() {
        attempts = 0;
    }
}
