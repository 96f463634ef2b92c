package dev.skein.replication.store;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Rows to write together. */
public interface StoreChanges {

    /** Each changed key once; a null value removes the row. */
    void forEach(BiConsumer<byte[], byte @Nullable []> change);
}
