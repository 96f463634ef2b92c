package dev.skein.router.detect;

/**
 * The recent intervals between a member's heartbeats, and how surprising the present silence is. Not thread-safe.
 *
 * <p>Intervals are taken as normally distributed around their mean; the tail is the logistic approximation of the normal
 * distribution (error below 0.02 % of probability near the mean, and monotone far out, which is all that thresholds need).
 */
final class ArrivalWindow {

    private static final double NANOS_PER_MILLI = 1e6;

    private final PhiConfig config;
    private final double[] intervalsMillis;
    private int count;
    private int next;
    private double sum;
    private double sumOfSquares;
    private long lastNanos;

    ArrivalWindow(PhiConfig config, long nowNanos) {
        this.config = config;
        this.intervalsMillis = new double[config.windowSize()];
        this.lastNanos = nowNanos;
    }

    /** A heartbeat came. */
    void arrived(long nowNanos) {
        // One long silence must not blind the detector for the rest of the window.
        double interval = Math.min(
                (nowNanos - lastNanos) / NANOS_PER_MILLI,
                2.0 * config.bootstrapInterval().toMillis());
        lastNanos = nowNanos;
        if (count == intervalsMillis.length) {
            double oldest = intervalsMillis[next];
            sum -= oldest;
            sumOfSquares -= oldest * oldest;
        } else {
            count++;
        }
        intervalsMillis[next] = interval;
        next = (next + 1) % intervalsMillis.length;
        sum += interval;
        sumOfSquares += interval * interval;
    }

    /** Forgives a silence that was the observer's own fault. */
    void excuse(long nanos) {
        lastNanos += nanos;
    }

    /** When the last heartbeat came, forgiven pauses added. */
    long lastNanos() {
        return lastNanos;
    }

    /** Suspicion of the present silence; 0 when a heartbeat isn't due yet. */
    double phi(long nowNanos) {
        double late = (nowNanos - lastNanos) / NANOS_PER_MILLI
                - mean()
                - config.acceptablePause().toMillis();
        double y = late / deviation();
        double e = Math.exp(-y * (1.5976 + 0.070566 * y * y));
        double phi = y > 0 ? -Math.log10(e / (1 + e)) : -Math.log10(1 - 1 / (1 + e));
        return Double.isNaN(phi) || phi > MAX_PHI ? MAX_PHI : phi;
    }

    private double mean() {
        return count == 0 ? config.bootstrapInterval().toMillis() : sum / count;
    }

    private double deviation() {
        double least = config.deviationMin().toNanos() / NANOS_PER_MILLI;
        if (count < 2) {
            return Math.max(least, mean() / 4);
        }
        double variance = Math.max(0, sumOfSquares / count - mean() * mean());
        return Math.max(least, Math.sqrt(variance));
    }

    /** Past this the exponential has underflowed; more surprise than that doesn't exist. */
    private static final double MAX_PHI = 300;
}
