package dev.skein.systemtests.wan;

import dev.skein.core.Checks;

/**
 * How one direction between two places behaves.
 *
 * @param delayNanos one way, without jitter
 * @param jitterFraction uniform extra delay, as a part of {@code delayNanos}
 * @param jitterMedianNanos median of a log-normal extra delay (sigma 0.5); 0: none
 * @param spikeProbability chance that a chunk waits 10 to 30 ms more
 * @param lossFraction lost packets in bursts (Gilbert-Elliott, mean 4 packets); a loss shows as a retransmission stall
 * @param bytesPerSecond 0: unlimited
 */
public record PathSettings(
        long delayNanos,
        double jitterFraction,
        long jitterMedianNanos,
        double spikeProbability,
        double lossFraction,
        long bytesPerSecond) {

    /** Nothing is added. */
    public static final PathSettings NONE = new PathSettings(0, 0, 0, 0, 0, 0);

    private static final long DELAY_NANOS_MAX = 60_000_000_000L;

    public PathSettings {
        Checks.check(delayNanos >= 0 && delayNanos <= DELAY_NANOS_MAX, "delayNanos", delayNanos, "0 to 60 s");
        Checks.check(jitterFraction >= 0 && jitterFraction <= 10, "jitterFraction", jitterFraction, "0 to 10");
        Checks.check(
                jitterMedianNanos >= 0 && jitterMedianNanos <= DELAY_NANOS_MAX,
                "jitterMedianNanos",
                jitterMedianNanos,
                "0 to 60 s");
        Checks.check(spikeProbability >= 0 && spikeProbability <= 1, "spikeProbability", spikeProbability, "0 to 1");
        Checks.check(lossFraction >= 0 && lossFraction <= 0.5, "lossFraction", lossFraction, "0 to 0.5");
        Checks.check(bytesPerSecond >= 0, "bytesPerSecond", bytesPerSecond, "0 or more");
    }

    /** A wide-area way: 2 % jitter, rare spikes, one packet in 100,000 lost, 1 Gbit/s. */
    static PathSettings wide(long delayNanos) {
        return new PathSettings(delayNanos, 0.02, 0, 1e-4, 1e-5, 125_000_000);
    }

    /** A way between zones of one region. */
    static PathSettings near(long delayNanos) {
        return new PathSettings(delayNanos, 0, 0, 0, 0, 0);
    }
}
