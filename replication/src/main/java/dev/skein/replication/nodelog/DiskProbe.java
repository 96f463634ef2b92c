package dev.skein.replication.nodelog;

import dev.skein.core.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the disk how it is, on a thread of its own that may wait for it as long as it likes: a small write and sync while the log has
 * none of its own, and how much room is left. What it found can be read anywhere, without waiting.
 */
public final class DiskProbe implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskProbe.class);

    private static final String FILE = "probe";
    private static final int PROBE_BYTES = 4_096;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Path directory;
    private final LongSupplier logTurns;
    private final long roomForBallast;
    private final TimeSource time;
    private final Consumer<IOException> onFailure;
    private final DiskFault fault;
    private final Ballast ballast;
    private final Thread thread = new Thread(this::run, "disk-probe");
    private volatile OptionalLong busySince = OptionalLong.empty();
    private volatile OptionalLong freeBytes = OptionalLong.empty();
    private volatile boolean closed;

    /**
     * A probe that isn't started.
     *
     * @param directory the node's data directory
     * @param logTurns writes that the log has finished: while they go on, the log itself shows how the disk is
     * @param roomForBallast bytes that must be free before a lost {@link Ballast} is made again
     * @param onFailure told once when the probe's own write or sync failed; the probe has ended
     */
    public DiskProbe(
            Path directory,
            LongSupplier logTurns,
            long roomForBallast,
            TimeSource time,
            Consumer<IOException> onFailure) {
        this.directory = directory;
        this.logTurns = logTurns;
        this.roomForBallast = roomForBallast;
        this.time = time;
        this.onFailure = onFailure;
        this.fault = DiskFault.below(directory);
        this.ballast = new Ballast(directory);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** When the write or sync began that is under way, in nanoseconds of the given clock; empty: none is. */
    public OptionalLong busySince() {
        return busySince;
    }

    /** Bytes that can still be written; empty before the first look. */
    public OptionalLong freeBytes() {
        return freeBytes;
    }

    private void run() {
        try (AppendFile file = AppendFile.open(directory.resolve(FILE))) {
            long turns = -1;
            while (!closed) {
                long now = logTurns.getAsLong();
                if (now == turns) {
                    write(file);
                }
                turns = logTurns.getAsLong();
                look();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException failure) {
            if (!closed) {
                onFailure.accept(failure);
            }
        } finally {
            busySince = OptionalLong.empty();
        }
    }

    private void write(AppendFile file) throws IOException {
        busySince = OptionalLong.of(time.nanoTime());
        file.write(ByteBuffer.allocate(PROBE_BYTES), 0);
        file.force();
        busySince = OptionalLong.empty();
    }

    private void look() {
        try {
            OptionalLong pretended = fault.freeBytes();
            long free = pretended.isPresent()
                    ? pretended.getAsLong()
                    : Files.getFileStore(directory).getUsableSpace();
            freeBytes = OptionalLong.of(free);
            if (free >= roomForBallast) {
                ballast.restore();
            }
        } catch (IOException unknown) {
            // Only reserve and figure: what matters is written by the log.
            LOG.warn("{}: room not known", directory, unknown);
        }
    }

    /** Tells the thread to end; doesn't wait for it, because it may be waiting for the disk. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
