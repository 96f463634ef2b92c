package dev.skein.replication.store;

/** Walks rows in key order. One thread; close it. */
public interface Cursor extends AutoCloseable {

    /** Moves to the next row, the first one at the first call; false at the end. */
    boolean next();

    /** Key of the present row. */
    byte[] key();

    /** Value of the present row. */
    byte[] value();

    @Override
    void close();
}
