package dev.skein.replication.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.TimeSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogClockTest {

    private static final long START = 1_700_000_000_000L;

    private final ManualTime time = new ManualTime();
    private final LogClock clock = new LogClock(time);

    @Test
    void followsTheWallClock() {
        clock.start(0);
        time.pass(1_500);

        assertEquals(START + 1_500, clock.stamp());
    }

    @Test
    void neverStartsBeforeWhatTheLogHasReached() {
        clock.start(START + 60_000);

        assertEquals(START + 60_000, clock.stamp());
    }

    @Test
    void anHourForwardIsNotTakenOverAtOnce() {
        clock.start(0);
        time.jump(3_600_000);
        time.pass(1_000);

        long stamp = clock.stamp();

        assertTrue(stamp >= START + 1_000 && stamp <= START + 1_250, "advanced " + (stamp - START) + " ms");
    }

    @Test
    void aNewLeaderWhoseClockIsADayAheadIsNotBelieved() {
        clock.seen(START);
        time.pass(5_000);
        time.jump(24 * 3_600_000);

        clock.start(START);

        assertEquals(START + 5_000 + LogClock.AHEAD_MILLIS_MAX, clock.stamp());
    }

    @Test
    void anHourBackwardSlowsTimeButNeverTurnsIt() {
        clock.start(0);
        time.jump(-3_600_000);
        long last = START;
        for (int i = 0; i < 1_000; i++) {
            time.pass(i % 7);
            long stamp = clock.stamp();
            assertTrue(stamp >= last);
            last = stamp;
        }
        assertTrue(last > START);
    }

    @Test
    void manySmallStepsLoseNoTime() {
        clock.start(0);
        for (int i = 0; i < 10_000; i++) {
            time.passNanos(150_000);
            clock.stamp();
        }

        assertEquals(START + 1_500, clock.stamp());
    }

    private static final class ManualTime implements TimeSource {

        private long nanos;
        private long offsetMillis;

        void pass(long millis) {
            passNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        }

        void passNanos(long passed) {
            nanos += passed;
        }

        void jump(long millis) {
            offsetMillis += millis;
        }

        @Override
        public long wallMillis() {
            return START + offsetMillis + TimeUnit.NANOSECONDS.toMillis(nanos);
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }
}
