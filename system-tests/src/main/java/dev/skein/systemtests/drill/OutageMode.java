package dev.skein.systemtests.drill;

import dev.skein.core.Checks;
import java.util.Locale;

/** How a region is lost. */
public enum OutageMode {
    /** SIGKILL: the processes are gone. */
    KILL,
    /** SIGSTOP: the processes are silent and go on later where they were. */
    PAUSE,
    /** No byte crosses the region's border. */
    PARTITION,
    /** Planned: the nodes are told to hand leaderships and clients over, and nothing is lost at all. */
    DRAIN;

    private static final long PLANNED_GAP_MILLIS_MAX = 500;
    private static final long LOSS_GAP_MILLIS_MAX = 3_000;

    /** By the word that a user writes. */
    public static OutageMode named(String word) {
        for (OutageMode mode : values()) {
            if (mode.word().equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException(Checks.text("outage-mode", word, "one of kill, pause, partition, drain"));
    }

    /** Whether nobody may notice: publishes never fail, and the standstill is short. */
    public boolean isPlanned() {
        return this == DRAIN;
    }

    /** Bound of the surviving regions' publish gap, p99, when none is given. */
    long gapMillisMax() {
        return isPlanned() ? PLANNED_GAP_MILLIS_MAX : LOSS_GAP_MILLIS_MAX;
    }

    /** The word that a user writes. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
