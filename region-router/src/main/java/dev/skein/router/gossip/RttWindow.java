package dev.skein.router.gossip;

import java.time.Duration;
import java.util.Arrays;

/**
 * Round trips to one region: the least of the last minute, and a smoothed value. The least tells the way's length, whatever
 * queues stand on it; the smoothed value what a client will feel.
 */
final class RttWindow {

    private static final int BUCKETS = 6;
    private static final long BUCKET_NANOS = Duration.ofSeconds(10).toNanos();

    /** Weight of a new measurement, as TCP's: follows a lasting change within some 20 measurements. */
    private static final double GAIN = 0.125;

    /** The first exchanges with a peer also open connections: until so many are done the least stands for all. */
    private static final int WARM_UP = 8;

    private final long[] leastMicros = new long[BUCKETS];
    private long bucket = Long.MIN_VALUE;
    private int warmUpLeft = WARM_UP;
    private double smoothedMicros;

    RttWindow() {
        Arrays.fill(leastMicros, Long.MAX_VALUE);
    }

    void add(long micros, long nowNanos) {
        advance(Math.floorDiv(nowNanos, BUCKET_NANOS));
        int slot = slot(bucket);
        leastMicros[slot] = Math.min(leastMicros[slot], micros);
        if (warmUpLeft > 0) {
            warmUpLeft--;
            smoothedMicros = minMicros();
        } else {
            smoothedMicros += GAIN * (micros - smoothedMicros);
        }
    }

    /** The least of the last minute with a measurement. */
    long minMicros() {
        return Arrays.stream(leastMicros).min().orElseThrow();
    }

    long smoothedMicros() {
        return Math.round(smoothedMicros);
    }

    private void advance(long newBucket) {
        if (bucket == Long.MIN_VALUE || newBucket - bucket >= BUCKETS) {
            Arrays.fill(leastMicros, Long.MAX_VALUE);
        } else {
            for (long b = bucket + 1; b <= newBucket; b++) {
                leastMicros[slot(b)] = Long.MAX_VALUE;
            }
        }
        bucket = newBucket;
    }

    private static int slot(long bucket) {
        return (int) Math.floorMod(bucket, (long) BUCKETS);
    }
}
