package dev.skein.router.detect;

import dev.skein.core.Checks;
import java.time.Duration;

/**
 * Settings of the phi-accrual detector. Phi is {@code -log10} of the chance that a heartbeat still comes after such a silence:
 * at phi 5 one suspicion in 100,000 silences is wrong, if the future is like the past.
 *
 * @param suspectPhi from here on a member is suspect; higher: fewer false suspicions, later true ones
 * @param deadPhi a suspect with this phi is dead once it has been suspect for {@code suspectMin}
 * @param suspectMin shortest time between suspicion and death; higher: more time to come back before others forget its claims
 * @param acceptablePause silence that is never held against a member (collector pauses, retransmissions); it adds to detection
 * @param deviationMin least standard deviation assumed: very regular heartbeats must not make the detector nervous
 * @param bootstrapInterval interval assumed until heartbeats have been seen
 * @param windowSize heartbeats remembered
 */
public record PhiConfig(
        double suspectPhi,
        double deadPhi,
        Duration suspectMin,
        Duration acceptablePause,
        Duration deviationMin,
        Duration bootstrapInterval,
        int windowSize) {

    public PhiConfig {
        Checks.check(suspectPhi > 0, "suspectPhi", suspectPhi, "more than 0");
        Checks.check(deadPhi >= suspectPhi, "deadPhi", deadPhi, "at least suspectPhi, " + suspectPhi);
        Checks.check(!suspectMin.isNegative(), "suspectMin", suspectMin, "0 or more");
        Checks.check(!acceptablePause.isNegative(), "acceptablePause", acceptablePause, "0 or more");
        Checks.check(deviationMin.toNanos() > 0, "deviationMin", deviationMin, "more than 0");
        Checks.check(bootstrapInterval.toNanos() > 0, "bootstrapInterval", bootstrapInterval, "more than 0");
        Checks.check(windowSize >= 2 && windowSize <= 1_000, "windowSize", windowSize, "2 to 1000");
    }

    /**
     * For heartbeats every 200 ms that cross continents within 500 ms: a silent node is suspect after about 1.5 s and dead
     * about 3 s later.
     */
    public static PhiConfig standard() {
        return new PhiConfig(
                5,
                8,
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                Duration.ofMillis(100),
                Duration.ofMillis(1_000),
                100);
    }
}
