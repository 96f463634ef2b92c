package dev.skein.replication.nodelog;

import dev.skein.core.Checks;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a node's log is kept.
 *
 * @param directory holds the segments and the floor; made when missing
 * @param segmentBytes size of a segment. Higher: fewer files and rolls; lower: disk is given back sooner
 * @param syncInterval how long appends of {@link FsyncMode#INTERVAL} may stay unsynced. Higher: fewer syncs; lower: less to lose
 * @param reclaimInterval how often reclaiming takes a turn. Lower: space comes back sooner
 */
public record NodeLogConfig(Path directory, int segmentBytes, Duration syncInterval, Duration reclaimInterval) {

    public NodeLogConfig {
        Checks.check(
                segmentBytes >= 1 << 10 && segmentBytes <= 1 << 30, "segmentBytes", segmentBytes, "1 KiB to 1 GiB");
        checkPositive("syncInterval", syncInterval);
        checkPositive("reclaimInterval", reclaimInterval);
    }

    /** Segments of 64 MiB, interval syncs each 100 ms, reclaiming each second. */
    public static NodeLogConfig in(Path directory) {
        return new NodeLogConfig(directory, 64 << 20, Duration.ofMillis(100), Duration.ofSeconds(1));
    }

    /** The same with another segment size. */
    public NodeLogConfig withSegmentBytes(int bytes) {
        return new NodeLogConfig(directory, bytes, syncInterval, reclaimInterval);
    }

    /** The same with another sync interval. */
    public NodeLogConfig withSyncInterval(Duration interval) {
        return new NodeLogConfig(directory, segmentBytes, interval, reclaimInterval);
    }

    /** The same with other turns of the maintenance thread. */
    public NodeLogConfig withReclaimInterval(Duration reclaim) {
        return new NodeLogConfig(directory, segmentBytes, syncInterval, reclaim);
    }

    private static void checkPositive(String name, Duration value) {
        Checks.check(value.toMillis() > 0, name, value, "1 ms or more");
    }
}
