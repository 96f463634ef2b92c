package dev.skein.replication.nodelog;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a segment past the operating system's cache, where the file system can do that: what the disk has, not what somebody read
 * earlier, and without pushing out what clients read. Elsewhere it reads like everybody. One thread.
 */
final class DiskReader implements SegmentScan.Source, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskReader.class);

    /** Kept by the few threads that scrub: memory outside the heap is given back late. */
    private static final ThreadLocal<ByteBuffer> BUFFER = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(0));

    private final Segment segment;
    private int block;
    private @Nullable FileChannel disk;

    DiskReader(Segment segment) {
        this.segment = segment;
        try {
            block = Math.toIntExact(Files.getFileStore(segment.path()).getBlockSize());
            disk = FileChannel.open(segment.path(), StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
        } catch (IOException | UnsupportedOperationException cached) {
            LOG.debug("segment {} is read through the cache: {}", segment.number(), cached.toString());
        }
    }

    @Override
    public void read(ByteBuffer target, long offset) throws IOException {
        FileChannel channel = disk;
        if (channel == null) {
            segment.read(target, offset);
            return;
        }
        try {
            readBlocks(channel, target, offset);
        } catch (IOException refused) {
            // Some file systems open a file so and don't read it. A disk's own error comes again.
            close();
            segment.read(target, offset);
        }
    }

    private void readBlocks(FileChannel channel, ByteBuffer target, long offset) throws IOException {
        long start = offset / block * block;
        int skipped = (int) (offset - start);
        int wanted = (skipped + target.remaining() + block - 1) / block * block;
        ByteBuffer blocks = buffer(wanted);
        while (blocks.hasRemaining() && blocks.position() % block == 0) {
            if (channel.read(blocks, start + blocks.position()) < 0) {
                break;
            }
        }
        blocks.flip();
        if (blocks.limit() > skipped) {
            blocks.position(skipped).limit(Math.min(blocks.limit(), skipped + target.remaining()));
            target.put(blocks);
        }
    }

    /** So many bytes of memory that begin at a multiple of a block. */
    private ByteBuffer buffer(int bytes) {
        ByteBuffer kept = BUFFER.get();
        if (kept.capacity() < bytes + block) {
            kept = ByteBuffer.allocateDirect(bytes + block);
            BUFFER.set(kept);
        }
        return kept.clear().alignedSlice(block).limit(bytes);
    }

    @Override
    public void close() throws IOException {
        FileChannel channel = disk;
        disk = null;
        if (channel != null) {
            channel.close();
        }
    }
}
