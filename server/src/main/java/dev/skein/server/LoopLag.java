package dev.skein.server;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** How long the event loops let a task wait. Sampled by one thread; never waits itself. */
final class LoopLag {

    /** A loop that is so late is fully busy: a heartbeat's time. */
    private static final long FULL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final List<Probe> probes = new ArrayList<>();

    LoopLag(EventLoopGroup loops) {
        loops.forEach(loop -> probes.add(new Probe(loop)));
    }

    /** 0 to 1: how late the latest loop was since the last sample, in parts of {@value #FULL_NANOS} ns. */
    double sample() {
        long latest = 0;
        for (Probe probe : probes) {
            latest = Math.max(latest, probe.lag());
        }
        return Math.min(1, (double) latest / FULL_NANOS);
    }

    /** One task under way at most. */
    private static final class Probe {

        private final EventExecutor loop;
        private long askedNanos;
        private volatile long ranNanos;
        private volatile boolean waiting;

        Probe(EventExecutor loop) {
            this.loop = loop;
        }

        long lag() {
            long now = System.nanoTime();
            if (waiting) {
                return now - askedNanos;
            }
            long lag = ranNanos - askedNanos;
            askedNanos = now;
            waiting = true;
            try {
                loop.execute(this::ran);
            } catch (RejectedExecutionException ended) {
                waiting = false;
                ranNanos = now;
            }
            return lag;
        }

        private void ran() {
            ranNanos = System.nanoTime();
            waiting = false;
        }
    }
}
