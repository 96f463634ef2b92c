package dev.skein.client.internal.core;

import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Ping;
import java.time.Duration;

/**
 * Keeps a session's stream known to be alive: pings when nothing else was sent for an interval, and gives the stream up when nothing was
 * heard for three.
 */
final class Heartbeat {

    private static final int INTERVALS_MAX = 3;
    private static final int TURNS_PER_INTERVAL = 2;

    private final Timers timers;
    private final SessionLink link;
    private final Runnable silent;
    private final long intervalNanos;
    private final long turnNanos;

    private Timers.Timer turn;
    private long heardNanos;
    private long sentNanos;
    private long nonce;

    Heartbeat(Timers timers, SessionLink link, Duration interval, Runnable silent) {
        this.timers = timers;
        this.link = link;
        this.silent = silent;
        this.intervalNanos = interval.toNanos();
        this.turnNanos = intervalNanos / TURNS_PER_INTERVAL;
        this.heardNanos = timers.nanoTime();
        this.sentNanos = heardNanos;
        this.turn = timers.at(heardNanos + turnNanos, this::turn);
    }

    void heard() {
        heardNanos = timers.nanoTime();
    }

    void sent() {
        sentNanos = timers.nanoTime();
    }

    void stop() {
        turn.cancel();
    }

    private void turn() {
        long now = timers.nanoTime();
        long late = now - turn.dueNanos();
        if (late > turnNanos) {
            // This process stood still; what the server sent meanwhile may not have been read yet.
            heardNanos += late;
        }
        if (now - heardNanos >= INTERVALS_MAX * intervalNanos) {
            silent.run();
            return;
        }
        if (now - sentNanos >= intervalNanos - turnNanos) {
            link.send(ClientFrame.newBuilder()
                    .setPing(Ping.newBuilder().setNonce(++nonce))
                    .build());
            sentNanos = now;
        }
        turn = timers.at(now + turnNanos, this::turn);
    }
}
