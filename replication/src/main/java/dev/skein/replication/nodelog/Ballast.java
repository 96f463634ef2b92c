package dev.skein.replication.nodelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that only takes room. A node that starts on a full disk lets go of it, so that it comes far enough to say what is wrong and to give
 * room back; it is made again when there is enough. Used by one thread at a time.
 */
public final class Ballast {

    /** More than a start writes: a log segment's head, the index's logs. */
    static final int BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Ballast.class);

    private static final String FILE = "ballast";
    private static final int BLOCK_BYTES = 64 << 10;

    private final Path file;
    private final DiskFault fault;

    /** @param directory the node's data directory */
    public Ballast(Path directory) {
        this.file = directory.resolve(FILE);
        this.fault = DiskFault.below(directory);
    }

    /** Lets go of the file if there is less room than it takes; before anything of the directory is opened. */
    public void releaseIfShort() {
        try {
            if (Files.exists(file) && freeBytes() < BYTES) {
                LOG.warn("the disk is full: letting go of {} bytes kept for this", BYTES);
                Files.delete(file);
            }
        } catch (IOException unknown) {
            LOG.warn("{}: can't be looked at", file, unknown);
        }
    }

    private long freeBytes() throws IOException {
        OptionalLong pretended = fault.freeBytes();
        return pretended.isPresent()
                ? pretended.getAsLong()
                : Files.getFileStore(file).getUsableSpace();
    }

    /** Makes the file unless it is there whole. Blocks for the disk. */
    void restore() throws IOException {
        if (Files.exists(file) && Files.size(file) == BYTES) {
            return;
        }
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (int written = 0; written < BYTES; ) {
                written += channel.write(ByteBuffer.allocate(Math.min(BLOCK_BYTES, BYTES - written)));
            }
            channel.force(true);
        }
    }
}
