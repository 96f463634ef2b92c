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
    PARTITION;

    /** By the word that a user writes. */
    public static OutageMode named(String word) {
        for (OutageMode mode : values()) {
            if (mode.word().equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException(Checks.text("outage-mode", word, "one of kill, pause, partition"));
    }

    /** The word that a user writes. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
