package dev.skein.server.loopback;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The only way to wait: looks again until it holds or the deadline passes. */
public final class Eventually {

    private static final long DEADLINE_NANOS = 10_000_000_000L;

    private Eventually() {}

    public static void eventually(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not happen in time: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
