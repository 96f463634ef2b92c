package dev.skein.replication.nodelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One segment file as readers see it. Thread-safe; the channel is opened by the first read. */
final class Segment {

    private final int number;
    private final Path path;
    private final DiskFault fault;
    private final AtomicLong live = new AtomicLong();
    private volatile long bytes;
    private boolean closed;
    private @Nullable FileChannel channel;

    Segment(int number, Path path, long bytes) {
        this.number = number;
        this.path = path;
        this.fault = DiskFault.below(path);
        this.bytes = bytes;
    }

    int number() {
        return number;
    }

    Path path() {
        return path;
    }

    /** Bytes used; of the segment being written those given to the file so far. */
    long bytes() {
        return bytes;
    }

    void bytes(long used) {
        bytes = used;
    }

    long liveBytes() {
        return live.get();
    }

    void addLive(int delta) {
        live.addAndGet(delta);
    }

    /**
     * Fills the buffer from an offset, as far as the file goes. An interrupt does not disturb other readers: it would close the
     * channel they share, so it waits until the bytes are here.
     *
     * @throws ClosedChannelException when the segment has been deleted
     */
    void read(ByteBuffer target, long offset) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (!readOnce(target, offset)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean readOnce(ByteBuffer target, long offset) throws IOException {
        FileChannel source = open();
        fault.beforeRead(path);
        int start = target.position();
        try {
            while (target.hasRemaining()) {
                if (source.read(target, offset + target.position() - start) < 0) {
                    break;
                }
            }
            return true;
        } catch (ClosedChannelException interruptedOrDeleted) {
            target.position(start);
            return false;
        }
    }

    private synchronized FileChannel open() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (channel == null || !channel.isOpen()) {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }
        return channel;
    }

    /** The file was replaced by another one of its name: reads go on in that. */
    synchronized void reopen() {
        closeChannel();
        channel = null;
    }

    /** No more reads. */
    synchronized void close() {
        closed = true;
        closeChannel();
    }

    private void closeChannel() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException onlyRead) {
                // Nothing was written through this channel.
            }
        }
    }
}
