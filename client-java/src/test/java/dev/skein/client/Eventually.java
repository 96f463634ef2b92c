package dev.skein.client;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/** The only way to wait in these tests. */
final class Eventually {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private Eventually() {}

    static void eventually(BooleanSupplier holds, Supplier<String> state) throws InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                Assertions.fail("didn't come true within " + DEADLINE + ": " + state.get());
            }
            Thread.sleep(5);
        }
    }
}
