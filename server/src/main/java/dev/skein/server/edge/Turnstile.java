package dev.skein.server.edge;

import dev.skein.core.TimeSource;
import dev.skein.server.loop.Loop;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets newcomers of one event loop in at a pace, so that the loop turns to those that are in between: after a region is lost its clients come all at once.
 * Runs on the loop.
 */
final class Turnstile {

    /** From one newcomer to the next, by and by. */
    static final long PACE_NANOS = 800_000;

    /** Newcomers that pass together after a pause. */
    static final int AT_ONCE_MAX = 64;

    static final int TURN_MILLIS = 8;

    private record Newcomer(int bytes, Runnable entry) {}

    private final Loop loop;
    private final TimeSource time;
    private final Queue<Newcomer> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int left = AT_ONCE_MAX;
    private long countedNanos;
    private boolean turning;

    Turnstile(Loop loop, TimeSource time) {
        this.loop = loop;
        this.time = time;
        this.countedNanos = time.nanoTime();
    }

    /**
     * Lets a newcomer in, now or when it is its turn.
     *
     * @param bytes that it holds while it waits
     * @param entry what it does then; doesn't throw
     * @return false when too many wait; it isn't let in
     */
    boolean pass(int bytes, Runnable entry) {
        admit();
        if (left == 0
                && (waiting.size() >= EdgeLimits.NEWCOMERS_MAX
                        || waitingBytes + bytes > EdgeLimits.NEWCOMERS_BYTES_MAX)) {
            return false;
        }
        waiting.add(new Newcomer(bytes, entry));
        waitingBytes += bytes;
        admit();
        turnLater();
        return true;
    }

    private void admit() {
        count();
        while (left > 0 && !waiting.isEmpty()) {
            left--;
            Newcomer next = waiting.remove();
            waitingBytes -= next.bytes();
            next.entry().run();
        }
    }

    /** A loop that is late makes up for it, up to what passes together. */
    private void count() {
        long more = (time.nanoTime() - countedNanos) / PACE_NANOS;
        countedNanos += more * PACE_NANOS;
        left = (int) Math.min(AT_ONCE_MAX, left + more);
    }

    private void turnLater() {
        if (!waiting.isEmpty() && !turning) {
            turning = true;
            loop.schedule(TURN_MILLIS, () -> {
                turning = false;
                admit();
                turnLater();
            });
        }
    }
}
