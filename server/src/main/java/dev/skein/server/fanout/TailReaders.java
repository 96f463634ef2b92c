package dev.skein.server.fanout;

import dev.skein.server.loop.Loop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** The subscriptions of one loop that have taken everything from a ring and wait for more. */
final class TailReaders {

    private final Loop loop;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    // Owned by the loop.
    private final Set<Subscription> waiting = new LinkedHashSet<>();

    TailReaders(Loop loop) {
        this.loop = loop;
    }

    /** On the loop: the subscription is told once when the ring changes. */
    void await(Subscription subscription) {
        waiting.add(subscription);
    }

    void forget(Subscription subscription) {
        waiting.remove(subscription);
    }

    /**
     * Anywhere: the ring has changed. Costs one task however many wait. Nothing is missed: whoever looked at the ring before the
     * change and then waits, does both in one task of the loop, and this task runs after it.
     */
    void wake() {
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this::tell);
        }
    }

    private void tell() {
        scheduled.set(false);
        List<Subscription> told = new ArrayList<>(waiting);
        waiting.clear();
        told.forEach(Subscription::tailChanged);
    }
}
