package dev.skein.replication.nodelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads one segment front to back through a window. Used by one thread. */
final class SegmentScan {

    private static final int WINDOW_BYTES = 1 << 20;

    private final Segment segment;
    private final StorageId storage;
    private final long size;
    private final Source source;
    private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowStart;

    /** Where the bytes come from. */
    interface Source {

        /** Fills the buffer from an offset, as far as the file goes. */
        void read(ByteBuffer target, long offset) throws IOException;
    }

    SegmentScan(Segment segment, StorageId storage, long size) {
        this(segment, storage, size, segment::read);
    }

    SegmentScan(Segment segment, StorageId storage, long size, Source source) {
        this.source = source;
        this.segment = segment;
        this.storage = storage;
        this.size = size;
    }

    long size() {
        return size;
    }

    boolean hasHeader() throws IOException {
        if (size < SegmentHeader.BYTES) {
            return false;
        }
        int at = load(0, SegmentHeader.BYTES);
        return SegmentHeader.matches(window.slice(at, SegmentHeader.BYTES), segment.number(), storage);
    }

    /** The frame at an offset, if there is a valid one. Its payload is good until the next call. */
    Optional<Frame> frame(long offset) throws IOException {
        long available = size - offset;
        if (available < Frame.HEADER_BYTES) {
            return Optional.empty();
        }
        int at = load(offset, Frame.HEADER_BYTES);
        if (!Frame.plausible(window, at, available)) {
            return Optional.empty();
        }
        int bytes = (window.getInt(at) + 7) & ~7;
        at = load(offset, bytes);
        boolean valid = Frame.valid(window, at, storage, Positions.of(segment.number(), offset));
        return valid ? Optional.of(Frame.decode(window, at)) : Optional.empty();
    }

    /** Whether there are only zeros from an offset on. */
    boolean isZeroFrom(long offset) throws IOException {
        for (long at = offset; at < size; at++) {
            if (window.get(load(at, 1)) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a valid frame after an invalid one says that the invalid one had been synced: then it is damage. Frames of one
     * unsynced write may reach the disk in any order, so a valid frame alone proves nothing.
     *
     * <p>Only what would prove it is read whole: messages may hold what looks like the beginning of a frame at every place, and each
     * would cost as many bytes as it pretends to have.
     */
    boolean provesSynced(long invalid) throws IOException {
        for (long at = (invalid + 8) & ~7L; at < size; at += 8) {
            if (claimsSynced(invalid, at) && frame(at).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Whether what may be a frame says that bytes before it, the invalid one's among them, were synced. */
    private boolean claimsSynced(long invalid, long offset) throws IOException {
        if (size - offset < Frame.HEADER_BYTES) {
            return false;
        }
        int at = load(offset, Frame.HEADER_BYTES);
        int synced = Frame.synced(window, at);
        return synced > invalid && synced <= offset;
    }

    /** Makes the window hold these bytes; returns where in it they begin. */
    private int load(long offset, int bytes) throws IOException {
        if (offset < windowStart || offset + bytes > windowStart + window.limit()) {
            if (window.capacity() < bytes) {
                window = ByteBuffer.allocate(bytes);
            }
            window.clear().limit((int) Math.min(window.capacity(), size - offset));
            windowStart = offset;
            source.read(window, offset);
            window.flip();
            if (window.limit() < bytes) {
                throw new IOException(segment.path() + ": shorter than its size");
            }
        }
        return (int) (offset - windowStart);
    }
}
