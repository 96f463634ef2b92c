package dev.skein.core.testing;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** One direction of a connection: what goes in comes out in order, each thing a while later; nothing while it is blocked. */
public final class Pipe {

    private static final long BLOCKED_LOOK_MILLIS = 25;

    private final VirtualTime time;
    private final LongSupplier delayNanos;
    private final BooleanSupplier blocked;
    private final ArrayDeque<Thing> things = new ArrayDeque<>();
    private boolean waiting;
    private boolean broken;

    /**
     * An empty one.
     *
     * @param delayNanos of the next thing that is sent
     * @param blocked whether nothing comes out now
     */
    public Pipe(VirtualTime time, LongSupplier delayNanos, BooleanSupplier blocked) {
        this.time = time;
        this.delayNanos = delayNanos;
        this.blocked = blocked;
    }

    /** Has something happen when it arrives. */
    public void send(Runnable arrival) {
        if (!broken) {
            things.add(new Thing(time.nanoTime() + delayNanos.getAsLong(), arrival));
            await();
        }
    }

    /** What is inside never arrives. */
    public void breakUp() {
        broken = true;
        things.clear();
    }

    private void await() {
        Thing next = things.peek();
        if (next != null && !waiting) {
            waiting = true;
            time.after(Math.max(0, next.atNanos - time.nanoTime()), this::arrive);
        }
    }

    private void arrive() {
        waiting = false;
        if (blocked.getAsBoolean() && !broken) {
            waiting = true;
            time.afterMillis(BLOCKED_LOOK_MILLIS, this::arrive);
            return;
        }
        Thing next = things.poll();
        if (next != null) {
            next.arrival.run();
        }
        await();
    }

    private record Thing(long atNanos, Runnable arrival) {}
}
