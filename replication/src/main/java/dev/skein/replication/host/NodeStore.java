package dev.skein.replication.host;

import dev.skein.core.ShardId;
import dev.skein.replication.nodelog.ScrubResult;
import dev.skein.replication.store.RocksStore;
import dev.skein.replication.store.ShardStore;
import dev.skein.replication.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's store. It is an index over log and snapshots: a damaged one is made anew from them, at start or while the node runs. */
final class NodeStore implements AutoCloseable, Scrubber.Files {

    private static final Logger LOG = LoggerFactory.getLogger(NodeStore.class);

    private final Path directory;
    private volatile RocksStore present;

    private NodeStore(Path directory, RocksStore present) {
        this.directory = directory;
        this.present = present;
    }

    static NodeStore open(Path directory) {
        return new NodeStore(directory, openOrRenew(directory));
    }

    private static RocksStore openOrRenew(Path directory) {
        try {
            return RocksStore.open(directory);
        } catch (StoreException failed) {
            if (!failed.damaged()) {
                throw failed;
            }
            LOG.warn("store is damaged and is rebuilt from snapshots and log", failed);
            return anew(directory);
        }
    }

    private static RocksStore anew(Path directory) {
        try {
            RocksStore.wipe(directory);
        } catch (IOException wipe) {
            throw new UncheckedIOException("store " + directory, wipe);
        }
        return RocksStore.open(directory);
    }

    ShardStore of(ShardId shard) {
        return present.shardStore(shard);
    }

    /** What is damaged, if a read or a scrub has met it. */
    Optional<String> damage() {
        return present.damage();
    }

    /** Begins with an empty store. Nobody may use the old one any more; on the host thread. */
    void renew() {
        present.close();
        present = anew(directory);
    }

    @Override
    public ScrubResult scrub(LongConsumer pace) {
        long[] bytes = new long[1];
        present.verify(read -> {
            bytes[0] += read;
            pace.accept(read);
        });
        // Whoever looks after the shards sees the damage and makes the store anew.
        int found = present.damage().isPresent() ? 1 : 0;
        return new ScrubResult(bytes[0], found, found, Optional.empty());
    }

    @Override
    public void close() {
        present.close();
    }
}
