package dev.skein.replication.host;

import dev.skein.core.TimeSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How fast a scrub reads: what the log writes at the moment is taken off, because clients wait for that; but an eighth is left, or a busy
 * node would never be looked at. Used by the scrub's thread, which waits here.
 */
final class ScrubPace implements LongConsumer {

    private static final int LEAST_PART = 8;

    /** A node that stops waits no longer for it. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final long bytesPerSecond;
    private final LongSupplier written;
    private final BooleanSupplier stopped;
    private final TimeSource time;
    private long seenNanos;
    private long seenWritten;

    /**
     * A pace.
     *
     * @param written bytes that the log has written so far
     * @param stopped whether to give up
     */
    ScrubPace(long bytesPerSecond, LongSupplier written, BooleanSupplier stopped, TimeSource time) {
        this.bytesPerSecond = bytesPerSecond;
        this.written = written;
        this.stopped = stopped;
        this.time = time;
        this.seenNanos = time.nanoTime();
        this.seenWritten = written.getAsLong();
    }

    @Override
    public void accept(long bytes) {
        checkStopped();
        long end = time.nanoTime() + pauseNanos(bytes);
        for (long left = end - time.nanoTime(); left > 0; left = end - time.nanoTime()) {
            checkStopped();
            LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
        }
    }

    private void checkStopped() {
        if (stopped.getAsBoolean()) {
            throw new CancellationException("the node stops");
        }
    }

    /** How long to rest after so many bytes. */
    long pauseNanos(long bytes) {
        long now = time.nanoTime();
        long total = written.getAsLong();
        double seconds = Math.max(0.001, (now - seenNanos) / 1e9);
        double load = (total - seenWritten) / seconds;
        seenNanos = now;
        seenWritten = total;
        double rate = Math.max((double) bytesPerSecond / LEAST_PART, bytesPerSecond - load);
        return (long) (bytes / rate * TimeUnit.SECONDS.toNanos(1));
    }
}
