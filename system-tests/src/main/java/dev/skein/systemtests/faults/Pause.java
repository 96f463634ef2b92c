package dev.skein.systemtests.faults;

/** Lets time pass, by {@link System#nanoTime}: how long a fault lasts, and how fast one comes after the other. */
final class Pause {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private Pause() {}

    static void until(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            Thread.sleep(left / NANOS_PER_MILLI, (int) (left % NANOS_PER_MILLI));
        }
    }

    /** At most this long, and not beyond the moment; answers whether there is time left. */
    static boolean upTo(long millis, long untilNanos) throws InterruptedException {
        until(Math.min(untilNanos, System.nanoTime() + millis * NANOS_PER_MILLI));
        return System.nanoTime() < untilNanos;
    }
}
