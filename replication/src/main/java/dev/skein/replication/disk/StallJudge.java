package dev.skein.replication.disk;

/**
 * Decides from the age of the oldest operation under way whether the disk stands still. After a stall the disk is trusted again step by step:
 * with requests at once, with elections after {@link #STAND_NANOS}, with leaderships after {@link #LEAD_NANOS}. Used by one thread.
 */
final class StallJudge {

    enum Phase {
        WELL,
        STALLED,
        RECOVERING
    }

    /** A disk that stutters must not take part in one election after another; nor may a whole cluster wait for long. */
    static final long STAND_NANOS = 1_000_000_000L;

    /** A hand-over is a small standstill too: not for a disk that stalls again the next moment. */
    static final long LEAD_NANOS = 5_000_000_000L;

    private final long stallNanos;
    private Phase phase = Phase.WELL;
    private long sinceNanos;

    /** @param stallNanos an operation that takes so long is a stall */
    StallJudge(long stallNanos) {
        this.stallNanos = stallNanos;
    }

    /** @param ageNanos of the oldest operation under way; 0: none is */
    Phase judge(long nowNanos, long ageNanos) {
        if (ageNanos >= stallNanos) {
            enter(Phase.STALLED, nowNanos - ageNanos);
        } else if (phase == Phase.STALLED) {
            enter(Phase.RECOVERING, nowNanos);
        } else if (phase == Phase.RECOVERING && nowNanos - sinceNanos >= LEAD_NANOS) {
            enter(Phase.WELL, nowNanos);
        }
        return phase;
    }

    private void enter(Phase next, long atNanos) {
        if (phase != next) {
            phase = next;
            sinceNanos = atNanos;
        }
    }

    /** When the present phase began; a stall began with the operation that shows it. */
    long sinceNanos() {
        return sinceNanos;
    }
}
