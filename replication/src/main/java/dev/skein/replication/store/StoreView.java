package dev.skein.replication.store;

/** A shard's rows as they were at one moment, whatever is written later. Any thread; close it soon. */
public interface StoreView extends StoreReader, AutoCloseable {

    @Override
    void close();
}
