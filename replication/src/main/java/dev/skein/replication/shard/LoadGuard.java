package dev.skein.replication.shard;

import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.ReplicationException;
import dev.skein.replication.store.ShardStore;
import dev.skein.replication.store.StoreView;
import dev.skein.wire.Errors;

/**
 * Keeps readers from seeing a state that is being replaced, or whose replacement was cut off. Begun and ended by the apply
 * thread; views by any.
 */
final class LoadGuard {

    private volatile boolean replacing;
    private volatile long replacements;

    void begin() {
        replacing = true;
        replacements = replacements + 1;
    }

    /** Only when the new state is whole. */
    void end() {
        replacing = false;
    }

    /**
     * A view of a whole state.
     *
     * @throws ReplicationException while there is none
     */
    StoreView view(ShardStore store) {
        long before = replacements;
        if (replacing) {
            throw notWhole();
        }
        StoreView view = store.view();
        if (replacing || replacements != before) {
            view.close();
            throw notWhole();
        }
        return view;
    }

    private static ReplicationException notWhole() {
        return new ReplicationException(
                Errors.of(Reason.REASON_STARTING, "replica: loading a snapshot (expected: a whole state)"));
    }
}
