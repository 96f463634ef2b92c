package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.ClusterException;
import java.io.IOException;
import java.time.Duration;

/** Waits for a condition by asking again and again. */
final class Waiting {

    private static final long POLL_MILLIS = 50;

    private Waiting() {}

    /** Asked until true. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    /** @throws ClusterException naming what was waited for when the time is up */
    static void until(String what, Duration timeout, Condition condition) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new ClusterException(what + ": not within " + timeout.toSeconds() + " s");
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting", e);
        }
    }
}
