package dev.skein.replication.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Failures of one open store; remembers the first that was damage. Thread-safe. */
final class StoreFailures {

    private volatile @Nullable String damage;

    /** The exception to throw. */
    StoreException of(String what, Exception cause) {
        StoreException failure = RocksStore.failure(what, cause);
        if (failure.damaged()) {
            damaged(String.valueOf(failure.getMessage()));
        }
        return failure;
    }

    synchronized void damaged(String what) {
        if (damage == null) {
            damage = what;
        }
    }

    Optional<String> damage() {
        return Optional.ofNullable(damage);
    }
}
