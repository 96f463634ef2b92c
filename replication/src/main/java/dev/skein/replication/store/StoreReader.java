package dev.skein.replication.store;

import org.jspecify.annotations.Nullable;

/** Reads rows ordered by unsigned bytes of their keys. Arrays given and taken are not changed by either side afterwards. */
public interface StoreReader {

    /** The value, or null when there is no such row. */
    byte @Nullable [] get(byte[] key);

    /** Rows with {@code from <= key < to}, ascending; a consistent picture of the moment of the call. */
    Cursor ascending(byte[] from, byte[] to);

    /** Rows with {@code from <= key < to}, descending; a consistent picture of the moment of the call. */
    Cursor descending(byte[] from, byte[] to);
}
