package dev.skein.server.fanout;

import dev.skein.server.loop.Loop;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Lets the subscriptions of one session send in turn, while the transport takes it. Owned by the session's loop. */
public final class Pump {

    /** Frames of messages sent in one turn of the loop, so that sessions share it. */
    private static final int FRAMES_PER_TURN = 16;

    private final Loop loop;
    private final BooleanSupplier transportReady;

    /** Subscriptions that may be able to send. */
    private final Set<Subscription> runnable = new LinkedHashSet<>();

    private boolean scheduled;
    private boolean closed;

    public Pump(Loop loop, BooleanSupplier transportReady) {
        this.loop = loop;
        this.transportReady = transportReady;
    }

    /** A subscription may be able to send. */
    public void add(Subscription subscription) {
        if (!closed && runnable.add(subscription)) {
            go();
        }
    }

    /** The subscription has ended. */
    public void forget(Subscription subscription) {
        runnable.remove(subscription);
    }

    /** The transport takes more, or something new can be sent. */
    public void go() {
        if (!scheduled && !runnable.isEmpty()) {
            scheduled = true;
            loop.execute(this::turn);
        }
    }

    /** Whether only the transport keeps somebody from sending. */
    public boolean isHeldUp() {
        return runnable.stream().anyMatch(Subscription::hasDemand);
    }

    /** Sends no more. */
    public void close() {
        closed = true;
        runnable.clear();
    }

    private void turn() {
        scheduled = false;
        for (int i = 0; i < FRAMES_PER_TURN && !runnable.isEmpty() && transportReady.getAsBoolean(); i++) {
            Subscription next = runnable.iterator().next();
            runnable.remove(next);
            if (next.pump() && !closed) {
                runnable.add(next);
            }
        }
        if (transportReady.getAsBoolean()) {
            go();
        }
    }
}
