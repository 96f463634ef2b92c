package dev.skein.core.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The only way to wait in a test: looks again until it holds or the deadline passes. */
public final class Eventually {

    /** Generous, because it costs time only when a test fails. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long POLL_NANOS = 2_000_000;

    private Eventually() {}

    /** @param what is waited for */
    public static void eventually(String what, BooleanSupplier holds) {
        eventually(() -> what, holds);
    }

    /** @param state to tell when it doesn't come true */
    public static void eventually(Supplier<String> state, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + PATIENCE + ": " + state.get());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
