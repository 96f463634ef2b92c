package dev.skein.replication.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.WriteOptions;

/**
 * How RocksDB is set up: small. The whole store of a node is meant to stay under about 40 MiB: two write buffers, one block
 * cache that also holds indexes and filters, and what open table files need.
 */
final class RocksOptions implements AutoCloseable {

    /**
     * More lets more rows die in memory before they are ever written, but what doesn't stay in the processor's caches is slow to insert into: with
     * 16 MiB applying to thousands of channels took nearly twice as long.
     */
    private static final long WRITE_BUFFER_BYTES = 4L << 20;

    /** More saves disk reads for history, dedup of old ids and cold channels. */
    private static final long BLOCK_CACHE_BYTES = 8L << 20;

    private static final List<CompressionType> COMPRESSION =
            List.of(CompressionType.NO_COMPRESSION, CompressionType.NO_COMPRESSION, CompressionType.LZ4_COMPRESSION);

    private static final int OPEN_FILES_MAX = 128;
    private static final int BACKGROUND_JOBS = 2;
    private static final int BLOOM_BITS = 10;

    final Options options;
    final WriteOptions writes;
    final ReadOptions reads;

    /** Native objects, last made first: RocksDB wants them to outlive what uses them. */
    private final Deque<AutoCloseable> natives = new ArrayDeque<>();

    RocksOptions() {
        LRUCache cache = keep(new LRUCache(BLOCK_CACHE_BYTES));
        BloomFilter bloom = keep(new BloomFilter(BLOOM_BITS, false));
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(bloom)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        options = keep(new Options());
        options.setCreateIfMissing(true)
                .setParanoidChecks(true)
                .setTableFormatConfig(table)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxWriteBufferNumber(2)
                .setArenaBlockSize(WRITE_BUFFER_BYTES / 64)
                .setTargetFileSizeBase(WRITE_BUFFER_BYTES)
                .setMaxBytesForLevelBase(4 * WRITE_BUFFER_BYTES)
                .setAllowConcurrentMemtableWrite(false)
                // Writers that wait for their turn spin by default, on cores that have other work.
                .setEnableWriteThreadAdaptiveYield(false)
                // What is compacted again soon isn't worth the processor time.
                .setCompressionPerLevel(COMPRESSION)
                // The index is written far more than it is read: fewer times over, at the price of room on disk.
                .setCompactionStyle(CompactionStyle.UNIVERSAL)
                .setMaxBackgroundJobs(BACKGROUND_JOBS)
                .setMaxOpenFiles(OPEN_FILES_MAX)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0);
        writes = keep(new WriteOptions().setDisableWAL(true));
        reads = keep(new ReadOptions());
    }

    @Override
    public void close() {
        while (!natives.isEmpty()) {
            closeQuietly(natives.pop());
        }
    }

    private <T extends AutoCloseable> T keep(T made) {
        natives.push(made);
        return made;
    }

    private static void closeQuietly(AutoCloseable made) {
        try {
            made.close();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
