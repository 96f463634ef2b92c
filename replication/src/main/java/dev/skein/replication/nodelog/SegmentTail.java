package dev.skein.replication.nodelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log. Frames are gathered in one direct buffer, written together, and synced together. Owned by the writer
 * thread, except for {@link #writtenTo}, {@link #syncedTo} and {@link #awaitWritten}.
 *
 * <p>A new segment begins with a checkpoint of the state that the frames before it, in log order, have made; it is durable
 * before any frame goes into the segment, and the old segment is durable and cut to its length before the new one exists.
 */
final class SegmentTail {

    private static final int GATHER_BYTES = 1 << 20;

    private final NodeLogConfig config;
    private final StorageId storage;
    private final Segments segments;
    private final Groups groups;
    private final AppendFile.Opener opener;
    private final NodeLogMetrics metrics;
    private final List<Runnable> afterFlush = new ArrayList<>();
    private ByteBuffer gathered = ByteBuffer.allocateDirect(GATHER_BYTES);
    private @Nullable AppendFile file;
    private int number;
    private long offset;
    private long flushed;
    private long synced;
    private long capacity;
    private long checkpointEnd;
    private volatile long writtenTo;
    private volatile long syncedTo;
    private volatile boolean broken;

    SegmentTail(
            NodeLogConfig config,
            StorageId storage,
            Segments segments,
            Groups groups,
            AppendFile.Opener opener,
            NodeLogMetrics metrics) {
        this.config = config;
        this.storage = storage;
        this.segments = segments;
        this.groups = groups;
        this.opener = opener;
        this.metrics = metrics;
        this.number = segments.newest().map(Segment::number).orElse(0);
    }

    /** Gathers a frame; it is written by {@link #flush} at the latest. */
    long write(FrameType type, int group, LogRecord record) throws IOException {
        int bytes = Frame.paddedBytes(record.payload().remaining());
        if (offset + bytes > capacity && offset > checkpointEnd) {
            roll();
        }
        return gather(type, group, record, bytes);
    }

    /** Gathers a frame without payload. */
    long write(FrameType type, int group, long index, long term) throws IOException {
        return write(type, group, new LogRecord(LogRecord.Kind.NO_OP, index, term, ByteBuffer.allocate(0)));
    }

    private long gather(FrameType type, int group, LogRecord record, int bytes) throws IOException {
        if (gathered.remaining() < bytes) {
            flush();
        }
        if (gathered.capacity() < bytes) {
            gathered = ByteBuffer.allocateDirect(bytes);
        }
        long position = Positions.of(number, offset);
        new Frame(type, record.kind(), group, (int) synced, record.index(), record.term(), record.payload())
                .encode(gathered, storage, position);
        offset += bytes;
        return position;
    }

    /** Gives what was gathered to the file; readers see it from then on. */
    void flush() throws IOException {
        if (gathered.position() > 0) {
            gathered.flip();
            metrics.written(gathered.remaining());
            openFile().write(gathered, flushed);
            gathered.clear();
            flushed = offset;
            publishWritten();
        }
        afterFlush.forEach(Runnable::run);
        afterFlush.clear();
    }

    /** Runs once the frames gathered so far have been given to the file. */
    void afterFlush(Runnable action) {
        afterFlush.add(action);
    }

    /** Makes everything flushed durable. */
    void force() throws IOException {
        openFile().force();
        synced = flushed;
        syncedTo = Positions.of(number, synced);
    }

    boolean isDirty() {
        return flushed > synced;
    }

    /** Seals the present segment, if there is one, and begins the next. */
    void roll() throws IOException {
        if (file != null) {
            seal();
        }
        number++;
        ByteBuffer checkpoint = ByteBuffer.wrap(groups.checkpoint());
        int checkpointBytes = Frame.paddedBytes(checkpoint.remaining());
        checkpointEnd = (long) SegmentHeader.BYTES + checkpointBytes;
        capacity = Math.max(config.segmentBytes(), checkpointEnd);
        file = opener.open(segments.path(number));
        file.resize(capacity);
        offset = flushed = synced = 0;
        SegmentHeader.encode(gathered, number, storage);
        offset = SegmentHeader.BYTES;
        segments.add(number, 0);
        gather(FrameType.CHECKPOINT, 0, new LogRecord(LogRecord.Kind.NO_OP, 0, 0, checkpoint), checkpointBytes);
        flush();
        force();
        Segments.sync(segments.directory());
    }

    private void seal() throws IOException {
        flush();
        force();
        openFile().resize(offset);
        openFile().close();
        file = null;
    }

    /** Seals the log's last segment. */
    void close() throws IOException {
        if (file != null) {
            seal();
        }
    }

    /** No more frames will come: wakes readers that wait for one. */
    synchronized void breakOff() {
        broken = true;
        notifyAll();
    }

    /** End of what the file has. */
    long writtenTo() {
        return writtenTo;
    }

    /** End of what is on stable storage. */
    long syncedTo() {
        return syncedTo;
    }

    /** Waits until the frame at a position has been given to the file; at most as long as one batch takes. */
    void awaitWritten(long position) {
        if (position < writtenTo) {
            return;
        }
        boolean interrupted = false;
        synchronized (this) {
            while (position >= writtenTo && !broken) {
                try {
                    wait();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (position >= writtenTo) {
            throw new NodeLogFailedException("node log: stopped before a record was written");
        }
    }

    private synchronized void publishWritten() {
        writtenTo = Positions.of(number, flushed);
        Segment segment = segments.get(number);
        if (segment != null) {
            segment.bytes(flushed);
        }
        notifyAll();
    }

    private AppendFile openFile() throws IOException {
        if (file == null) {
            throw new IOException("no segment is open");
        }
        return file;
    }
}
