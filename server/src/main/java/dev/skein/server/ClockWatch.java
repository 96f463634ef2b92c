package dev.skein.server;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the wall clock jumps against the monotonic one. Log time, retention and dedup windows follow the wall clock, and so
 * do some of JRaft's timers; the guarantees don't, but an operator must know. A paused process moves both clocks alike and is no
 * jump. Called by the house thread only.
 */
final class ClockWatch implements Runnable {

    static final long JUMP_MILLIS = 200;

    private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

    private final TimeSource time;
    private final Counter jumps;
    private long wallMillis;
    private long nanos;
    private volatile long lastJumpMillis;

    ClockWatch(TimeSource time, MetricRegistry metrics) {
        this.time = time;
        this.jumps = metrics.counter("clock.jumps");
        metrics.registerGauge("clock.last_jump_millis", () -> lastJumpMillis);
        remember();
    }

    @Override
    public void run() {
        long wall = time.wallMillis() - wallMillis;
        long monotonic = (time.nanoTime() - nanos) / 1_000_000;
        long jump = wall - monotonic;
        if (Math.abs(jump) > JUMP_MILLIS) {
            jumps.inc();
            lastJumpMillis = jump;
            log.warn("clock: jumped {} ms (expected: a clock that is slewed, not stepped)", jump);
        }
        remember();
    }

    private void remember() {
        wallMillis = time.wallMillis();
        nanos = time.nanoTime();
    }
}
