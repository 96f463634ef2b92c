package dev.skein.replication.store;

import dev.skein.core.ShardId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's one RocksDB, shared by all shards: each has a number, and its keys start with it. Numbers are never used again, so
 * a shard that was dropped and comes back starts empty. Thread-safe.
 */
public final class RocksStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RocksStore.class);

    /** Shard number 0 holds the numbers themselves. */
    private static final int NUMBERS = 0;

    /** Readers are short; longer than this means one hangs, and then the database is leaked rather than freed under it. */
    private static final long CLOSE_WAIT_MILLIS = 10_000;

    private final RocksOptions options;
    private final RocksDB db;
    private final UseGate gate = new UseGate();
    private final StoreFailures failures = new StoreFailures();

    /** What gathers writes, by shard number. */
    private final Map<Integer, GatheringShardStore> gathering = new ConcurrentHashMap<>();

    private RocksStore(RocksOptions options, RocksDB db) {
        this.options = options;
        this.db = db;
    }

    /**
     * Opens or creates the store.
     *
     * @throws StoreException when it can't be opened; {@link StoreException#damaged()} tells whether {@link #wipe} would help
     */
    public static RocksStore open(Path directory) {
        RocksDB.loadLibrary();
        RocksOptions options = new RocksOptions();
        try {
            Files.createDirectories(directory);
            return new RocksStore(options, RocksDB.open(options.options, directory.toString()));
        } catch (RocksDBException | IOException e) {
            options.close();
            throw failure("store " + directory + " can't be opened", e);
        }
    }

    /** Deletes a store's files. Only for a store that isn't open: its content comes back from snapshot and log. */
    public static void wipe(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The rows of a shard, the same object each time; at most one writer at a time. */
    public synchronized ShardStore shardStore(ShardId shard) {
        return inside(() -> {
            byte[] numberKey = numberKey(shard);
            byte[] known = db.get(numberKey);
            int number = known != null ? ByteBuffer.wrap(known).getInt() : assign(numberKey);
            return gathering.computeIfAbsent(
                    number,
                    unseen -> new GatheringShardStore(
                            new RocksShardStore(new RocksCursor.Source(db, gate, failures), options, number)));
        });
    }

    /** Forgets a shard and all its rows. Its earlier {@code ShardStore} must not be written any more. */
    public synchronized void drop(ShardId shard) {
        inside(() -> {
            byte[] known = db.get(numberKey(shard));
            if (known != null) {
                int number = ByteBuffer.wrap(known).getInt();
                gathering.remove(number);
                try (WriteBatch batch = new WriteBatch()) {
                    batch.delete(numberKey(shard));
                    batch.deleteRange(prefix(number), prefix(number + 1));
                    db.write(options.writes, batch);
                }
            }
            return null;
        });
    }

    /** Makes everything written so far survive a crash; blocks for the disk. */
    public void flush() {
        gathering.values().forEach(GatheringShardStore::flush);
        inside(() -> {
            try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
                db.flush(wait);
            }
            return null;
        });
    }

    /** What is damaged, if something that was read since the store was opened was. Only {@link #wipe} helps. */
    public Optional<String> damage() {
        return failures.damage();
    }

    /**
     * Reads every table file again, past the cache, until one is damaged: {@link #damage} then says so.
     *
     * @param pace told of bytes read; may block
     */
    public void verify(LongConsumer pace) {
        List<LiveFileMetaData> files = inside(db::getLiveFilesMetaData);
        for (LiveFileMetaData file : files) {
            if (!inside(() -> isWhole(file))) {
                return;
            }
            pace.accept(file.size());
        }
    }

    private boolean isWhole(LiveFileMetaData file) {
        try (Options plain = new Options();
                SstFileReader reader = new SstFileReader(plain)) {
            reader.open(Path.of(file.path(), file.fileName()).toString());
            reader.verifyChecksum();
            return true;
        } catch (RocksDBException failed) {
            boolean live = db.getLiveFilesMetaData().stream()
                    .anyMatch(each -> each.fileName().equals(file.fileName()));
            if (live) {
                failures.damaged("table file " + file.fileName() + ": " + failed.getMessage());
            }
            // One that was compacted away meanwhile is nobody's loss.
            return !live;
        }
    }

    /** Bytes of native memory in use: write buffers, block cache and table readers. */
    public long memoryBytes() {
        return inside(() -> {
            long sum = 0;
            for (String part : List.of(
                    "rocksdb.cur-size-all-mem-tables",
                    "rocksdb.block-cache-usage",
                    "rocksdb.estimate-table-readers-mem")) {
                sum += db.getLongProperty(part);
            }
            return sum;
        });
    }

    @Override
    public void close() {
        try {
            gathering.values().forEach(GatheringShardStore::flush);
        } catch (RuntimeException e) {
            LOG.warn("rows not written at close; replicas replay more of their logs: {}", e.getMessage());
        }
        if (!gate.close()) {
            return;
        }
        if (!gate.awaitEmpty(CLOSE_WAIT_MILLIS)) {
            LOG.warn("store stays open: a reader didn't end within {} ms", CLOSE_WAIT_MILLIS);
            return;
        }
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait);
        } catch (RocksDBException e) {
            LOG.warn("store not flushed at close; replicas replay more of their logs: {}", e.getMessage());
        }
        db.close();
        options.close();
    }

    static byte[] prefix(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    static StoreException failure(String what, Exception cause) {
        boolean damaged = cause instanceof RocksDBException rocks
                && rocks.getStatus() != null
                && rocks.getStatus().getCode() == Status.Code.Corruption;
        return new StoreException(what + ": " + cause.getMessage(), damaged, cause);
    }

    private int assign(byte[] numberKey) throws RocksDBException {
        byte[] counterKey = prefix(NUMBERS);
        byte[] last = db.get(counterKey);
        int number = last == null ? 1 : ByteBuffer.wrap(last).getInt() + 1;
        try (WriteBatch batch = new WriteBatch()) {
            batch.put(counterKey, prefix(number));
            batch.put(numberKey, prefix(number));
            db.write(options.writes, batch);
        }
        return number;
    }

    private static byte[] numberKey(ShardId shard) {
        byte[] name = shard.group().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + name.length)
                .putInt(NUMBERS)
                .put(name)
                .array();
    }

    private <T> T inside(RocksCall<T> call) {
        gate.enter();
        try {
            return call.run();
        } catch (RocksDBException e) {
            throw failures.of("store failed", e);
        } finally {
            gate.leave();
        }
    }

    private interface RocksCall<T> {
        T run() throws RocksDBException;
    }
}
