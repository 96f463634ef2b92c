package dev.skein.core;

/** The seam through which time comes in, so that logic can be tested without sleeping. */
public interface TimeSource {

    /** Milliseconds since 1970. May jump. */
    long wallMillis();

    /** Nanoseconds of a clock that never goes back; only differences mean anything. */
    long nanoTime();

    /** The machine's clocks. */
    static TimeSource system() {
        return SystemTimeSource.INSTANCE;
    }

    /** The machine's clocks. */
    enum SystemTimeSource implements TimeSource {
        INSTANCE;

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }
}
