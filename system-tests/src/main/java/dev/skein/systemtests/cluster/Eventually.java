package dev.skein.systemtests.cluster;

import java.time.Duration;

/** The only way to wait in a test: ask again until the answer is right or the time is up. */
public final class Eventually {

    /** Generous, because it costs time only when a test fails. */
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final long POLL_MILLIS = 20;

    private Eventually() {}

    /** Something that throws while it does not hold. */
    @FunctionalInterface
    public interface Assertion {
        void check() throws Exception;
    }

    /** Waits until the assertion passes; its last failure is thrown after {@link #TIMEOUT}. */
    public static void eventually(Assertion assertion) {
        eventually(TIMEOUT, assertion);
    }

    /** Waits until the assertion passes; its last failure is thrown after the timeout. */
    public static void eventually(Duration timeout, Assertion assertion) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                assertion.check();
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting", e);
            } catch (Exception | AssertionError e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("not within " + timeout.toMillis() + " ms: " + e.getMessage(), e);
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
