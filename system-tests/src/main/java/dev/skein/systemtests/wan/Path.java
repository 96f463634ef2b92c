package dev.skein.systemtests.wan;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** One direction between two places: when a chunk that enters now comes out. Owned by the emulator's loop. */
final class Path {

    private static final long SPIKE_NANOS_MIN = 10_000_000;
    private static final long SPIKE_NANOS_MAX = 30_000_000;
    private static final double LOG_NORMAL_SIGMA = 0.5;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Place from;
    private final Place to;
    private final RandomGenerator random;
    private final LossModel loss;
    private final Set<Conduit> conduits = new LinkedHashSet<>();
    private PathSettings settings;
    private boolean cut;

    /** When the last byte admitted by the rate limit has left. */
    private long freeNanos;

    private long bytes;
    private long stalls;

    Path(Place from, Place to, PathSettings settings, RandomGenerator random) {
        this.from = from;
        this.to = to;
        this.settings = settings;
        this.random = random;
        this.loss = new LossModel(random);
    }

    /** When a chunk that enters now arrives. The order of arrivals is the delay line's business. */
    long arrivalNanos(long nowNanos, int chunkBytes) {
        bytes += chunkBytes;
        long stall = loss.stallNanos(chunkBytes, settings.lossFraction(), settings.delayNanos());
        if (stall > 0) {
            stalls++;
        }
        return departure(nowNanos, chunkBytes) + settings.delayNanos() + jitter() + stall;
    }

    private long departure(long nowNanos, int chunkBytes) {
        if (settings.bytesPerSecond() == 0) {
            return nowNanos;
        }
        freeNanos = Math.max(freeNanos, nowNanos) + chunkBytes * NANOS_PER_SECOND / settings.bytesPerSecond();
        return freeNanos;
    }

    private long jitter() {
        long jitter = 0;
        if (settings.jitterFraction() > 0) {
            jitter += (long) (random.nextDouble() * settings.jitterFraction() * settings.delayNanos());
        }
        if (settings.jitterMedianNanos() > 0) {
            jitter += (long) (settings.jitterMedianNanos() * Math.exp(LOG_NORMAL_SIGMA * random.nextGaussian()));
        }
        if (settings.spikeProbability() > 0 && random.nextDouble() < settings.spikeProbability()) {
            jitter += random.nextLong(SPIKE_NANOS_MIN, SPIKE_NANOS_MAX);
        }
        return jitter;
    }

    void join(Conduit conduit) {
        conduits.add(conduit);
    }

    void leave(Conduit conduit) {
        conduits.remove(conduit);
    }

    /** Silences the path or lets it speak again; what was held arrives one delay after the healing, as a retransmission would. */
    void setCut(boolean cut, long nowNanos) {
        if (this.cut == cut) {
            return;
        }
        this.cut = cut;
        if (!cut) {
            long floor = nowNanos + settings.delayNanos();
            Set.copyOf(conduits).forEach(conduit -> conduit.resume(floor));
        }
    }

    boolean isCut() {
        return cut;
    }

    void setSettings(PathSettings settings) {
        this.settings = settings;
    }

    PathSettings settings() {
        return settings;
    }

    Place from() {
        return from;
    }

    Place to() {
        return to;
    }

    PathReport report() {
        long queuedBytes = conduits.stream().mapToLong(Conduit::queuedBytes).sum();
        long queuedParcels = conduits.stream().mapToLong(Conduit::queuedParcels).sum();
        return new PathReport(
                from.name(), to.name(), settings, cut, conduits.size(), bytes, stalls, queuedBytes, queuedParcels);
    }
}
