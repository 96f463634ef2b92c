package dev.skein.replication.shard;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Decoded rows in use: what the batch changed, and some that were used lately. What was changed stays until {@link #settle};
 * of the rest at most {@code keepMax} stay. Owned by the apply thread.
 */
final class RecentRows<K, V> {

    private final int keepMax;
    private final LinkedHashMap<K, V> recent = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<K, V> changed = new HashMap<>();

    RecentRows(int keepMax) {
        this.keepMax = keepMax;
    }

    V get(K key, Function<K, V> load) {
        V row = changed.get(key);
        if (row == null) {
            row = recent.get(key);
        }
        if (row == null) {
            row = load.apply(key);
            recent.put(key, row);
            trim();
        }
        return row;
    }

    void changed(K key, V row) {
        changed.put(key, row);
    }

    void remove(K key) {
        changed.remove(key);
        recent.remove(key);
    }

    /** Hands out every changed row and keeps the most recent. The order is of no matter: each has its own key. */
    void settle(BiConsumer<K, V> write) {
        changed.forEach((key, row) -> {
            write.accept(key, row);
            recent.put(key, row);
        });
        changed.clear();
        trim();
    }

    void clear() {
        recent.clear();
        changed.clear();
    }

    private void trim() {
        var oldest = recent.keySet().iterator();
        while (recent.size() > keepMax) {
            oldest.next();
            oldest.remove();
        }
    }
}
