package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import org.junit.jupiter.api.Test;

class ClockWatchTest {

    private final MetricRegistry metrics = new MetricRegistry();
    private final TwoClocks clocks = new TwoClocks();
    private final ClockWatch watch = new ClockWatch(clocks, metrics);

    @Test
    void countsAJumpForwardAndOneBack() {
        clocks.pass(500, 500);
        clocks.jump(3_600_000);
        watch.run();
        assertEquals(1, jumps());
        assertEquals(3_600_000L, lastJump());

        clocks.jump(-201);
        watch.run();
        assertEquals(2, jumps());
        assertEquals(-201L, lastJump());
    }

    @Test
    void aSlewedClockIsNoJump() {
        for (int i = 0; i < 100; i++) {
            clocks.pass(500, 600);
            watch.run();
        }

        assertEquals(0, jumps());
    }

    @Test
    void aPausedProcessIsNoJump() {
        clocks.pass(60_000, 60_000);
        watch.run();

        assertEquals(0, jumps());
    }

    @Test
    void aJumpIsCountedOnce() {
        clocks.jump(5_000);
        watch.run();
        clocks.pass(500, 500);
        watch.run();

        assertEquals(1, jumps());
    }

    private long jumps() {
        return metrics.counter("clock.jumps").getCount();
    }

    private Object lastJump() {
        return metrics.getGauges().get("clock.last_jump_millis").getValue();
    }

    private static final class TwoClocks implements TimeSource {

        private long wall = 1_700_000_000_000L;
        private long nanos;

        void pass(long monotonicMillis, long wallMillis) {
            nanos += monotonicMillis * 1_000_000;
            wall += wallMillis;
        }

        void jump(long millis) {
            wall += millis;
        }

        @Override
        public long wallMillis() {
            return wall;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }
}
