package dev.skein.replication.nodelog;

import dev.skein.core.Checks;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For measuring only: how the service would do on a disk whose syncs take longer. The JVM property {@code skein.nodelog.slowSyncMicros} makes each
 * fdatasync of the node log and of its slot files take so many microseconds more; without it nothing is added. Read once, said in the log.
 */
final class SlowSync {

    static final String PROPERTY = "skein.nodelog.slowSyncMicros";

    private static final Logger LOG = LoggerFactory.getLogger(SlowSync.class);
    private static final long MICROS_MAX = 1_000_000;
    private static final long NANOS = nanos(System.getProperty(PROPERTY, ""));

    static {
        if (NANOS > 0) {
            LOG.warn("{} is set: every sync takes {} us longer; this is for measuring", PROPERTY, NANOS / 1_000);
        }
    }

    private SlowSync() {}

    /** Waits as long as this process's syncs are to be slower; the calling thread is the one that synced. */
    static void pause() {
        if (NANOS > 0) {
            pause(NANOS);
        }
    }

    /** Waits at least so long, without taking processor time. */
    static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** @param text of the property; empty: 0 */
    static long nanos(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        boolean valid = text.matches("[0-9]{1,7}") && Long.parseLong(text) <= MICROS_MAX;
        Checks.check(valid, PROPERTY, text, "0 to " + MICROS_MAX + " microseconds");
        return TimeUnit.MICROSECONDS.toNanos(Long.parseLong(text));
    }
}
