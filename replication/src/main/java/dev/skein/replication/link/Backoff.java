package dev.skein.replication.link;

import java.util.Random;

/** Growing, jittered pauses between attempts to connect. Not thread-safe. */
final class Backoff {

    private static final long MIN_MILLIS = 50;
    private static final long MAX_MILLIS = 1_000;

    private final Random random;
    private int failures;

    Backoff(Random random) {
        this.random = random;
    }

    /** Between half and all of 50 ms doubled per failure, at most 1 s. */
    long nextMillis() {
        long ceiling = Math.min(MAX_MILLIS, MIN_MILLIS << Math.min(failures, 10));
        failures++;
        return ceiling / 2 + random.nextInt((int) (ceiling / 2) + 1);
    }

    void reset() {
        failures = 0;
    }
}
