package dev.skein.replication;

import dev.skein.core.Checks;
import java.time.Duration;

/**
 * How a node looks for rot.
 *
 * @param bytesPerSecond how fast it reads while clients write little; 0: it doesn't look. Higher: rot is found sooner. Lower: less disk
 *     time is taken from clients
 * @param pause between one pass over everything and the next. Lower: small logs are read more often
 */
public record ScrubConfig(long bytesPerSecond, Duration pause) {

    public ScrubConfig {
        Checks.check(bytesPerSecond >= 0, "scrub bytesPerSecond", bytesPerSecond, "0 or more");
        Checks.check(pause.toMillis() > 0, "scrub pause", pause, "1 ms or more");
    }

    /** 4 MiB a second, ten minutes between passes. */
    public static ScrubConfig standard() {
        return new ScrubConfig(4 << 20, Duration.ofMinutes(10));
    }
}
