package dev.skein.server.admin;

import dev.skein.proto.replication.v1.ControlState;
import dev.skein.replication.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Tells when this node's copy of the control state has reached a version. Waiters are as many as admin calls under way. */
final class ControlWatch {

    private final List<Waiter> waiters = new ArrayList<>();
    private long version;

    ControlWatch(Replication replication) {
        replication.onControl(this::changed);
    }

    /** Completes when a state of at least this version is here. */
    CompletableFuture<Void> reached(long wanted) {
        synchronized (waiters) {
            if (version >= wanted) {
                return CompletableFuture.completedFuture(null);
            }
            Waiter waiter = new Waiter(wanted, new CompletableFuture<>());
            waiters.add(waiter);
            waiter.done.whenComplete((nothing, failure) -> forget(waiter));
            return waiter.done;
        }
    }

    private void changed(ControlState state) {
        List<Waiter> ready;
        synchronized (waiters) {
            version = Math.max(version, state.getVersion());
            ready = waiters.stream().filter(waiter -> waiter.wanted <= version).toList();
        }
        ready.forEach(waiter -> waiter.done.complete(null));
    }

    private void forget(Waiter waiter) {
        synchronized (waiters) {
            waiters.remove(waiter);
        }
    }

    private record Waiter(long wanted, CompletableFuture<Void> done) {}
}
