package dev.skein.server.edge;

import dev.skein.server.loop.Loop;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets newcomers of one event loop in one after the other, so that the loop stays free for those that are in: after a region is lost its clients come all at
 * once. A loop that is behind turns late, and then lets fewer in. Runs on the loop.
 */
final class Turnstile {

    /** Newcomers that pass at a turn. */
    static final int AT_A_TURN = 4;

    static final int TURN_MILLIS = 10;

    private record Newcomer(int bytes, Runnable entry) {}

    private final Loop loop;
    private final Queue<Newcomer> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int left = AT_A_TURN;
    private boolean turning;

    Turnstile(Loop loop) {
        this.loop = loop;
    }

    /**
     * Lets a newcomer in, now or when it is its turn.
     *
     * @param bytes that it holds while it waits
     * @param entry what it does then; doesn't throw
     * @return false when too many wait; it isn't let in
     */
    boolean pass(int bytes, Runnable entry) {
        if (left == 0
                && (waiting.size() >= EdgeLimits.NEWCOMERS_MAX
                        || waitingBytes + bytes > EdgeLimits.NEWCOMERS_BYTES_MAX)) {
            return false;
        }
        waiting.add(new Newcomer(bytes, entry));
        waitingBytes += bytes;
        admit();
        if (!turning) {
            turnLater();
        }
        return true;
    }

    private void admit() {
        while (left > 0 && !waiting.isEmpty()) {
            left--;
            Newcomer next = waiting.remove();
            waitingBytes -= next.bytes();
            next.entry().run();
        }
    }

    private void turnLater() {
        turning = true;
        loop.schedule(TURN_MILLIS, () -> {
            left = AT_A_TURN;
            admit();
            turning = left < AT_A_TURN;
            if (turning) {
                turnLater();
            }
        });
    }
}
