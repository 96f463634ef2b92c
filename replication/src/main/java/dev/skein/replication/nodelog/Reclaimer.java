package dev.skein.replication.nodelog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Gives disk space back, oldest segment first, a bounded piece of work each turn. Runs on the maintenance thread.
 *
 * <p>Segments go in order only, because a truncation must outlive the records that it took back. An oldest segment that is mostly
 * dead, or that holds back a log that is mostly dead, is emptied by copying its live records forward.
 */
final class Reclaimer {

    /** Live share in percent under which the oldest segment is copied forward. Higher: less waste, more copying. */
    private static final int SEGMENT_LIVE_PERCENT = 25;

    /** Live share in percent of the whole log under which the oldest segment is copied forward however live it is. */
    private static final int LOG_LIVE_PERCENT = 50;

    /** Bytes copied in a turn: copying must not crowd out what clients wait for. */
    private static final int TURN_BYTES = 4 << 20;

    /** Bytes copied in one request to the writer. */
    private static final int REQUEST_BYTES = 256 << 10;

    private final StorageId storage;
    private final Segments segments;
    private final Groups groups;
    private final LogWriter writer;
    private final IntConsumer onRot;

    Reclaimer(StorageId storage, Segments segments, Groups groups, LogWriter writer, IntConsumer onRot) {
        this.storage = storage;
        this.segments = segments;
        this.groups = groups;
        this.writer = writer;
        this.onRot = onRot;
    }

    /** One turn. */
    void run() throws IOException {
        deleteDead();
        Optional<Segment> oldest = sealedOldest();
        if (oldest.isPresent() && worthCopying(oldest.get())) {
            copyForward(oldest.get());
            deleteDead();
        }
    }

    private Optional<Segment> sealedOldest() {
        return segments.oldest().filter(segment -> segment != segments.newest().orElse(segment));
    }

    private void deleteDead() throws IOException {
        boolean synced = false;
        Optional<Segment> oldest = sealedOldest();
        while (oldest.isPresent() && oldest.get().liveBytes() == 0) {
            if (!synced) {
                // What made the records dead must be durable before they go.
                writer.sync();
                synced = true;
            }
            segments.delete(oldest.get());
            oldest = sealedOldest();
        }
    }

    private boolean worthCopying(Segment oldest) {
        return oldest.liveBytes() * 100 < oldest.bytes() * SEGMENT_LIVE_PERCENT
                || segments.liveBytes() * 100 < segments.bytes() * LOG_LIVE_PERCENT;
    }

    private void copyForward(Segment oldest) throws IOException {
        SegmentScan scan = new SegmentScan(oldest, storage, oldest.bytes());
        List<LiveRecord> pending = new ArrayList<>();
        int pendingBytes = 0;
        int copied = 0;
        long offset = SegmentHeader.BYTES;
        while (offset < oldest.bytes() && copied < TURN_BYTES) {
            Frame frame = scan.frame(offset).orElse(null);
            if (frame == null) {
                // It can be mended, and then this goes on.
                onRot.accept(oldest.number());
                break;
            }
            if (isLive(frame, Positions.of(oldest.number(), offset))) {
                pending.add(LiveRecord.copyOf(frame, Positions.of(oldest.number(), offset)));
                pendingBytes += frame.paddedBytes();
                copied += frame.paddedBytes();
            }
            if (pendingBytes >= REQUEST_BYTES) {
                relocate(pending);
                pending = new ArrayList<>();
                pendingBytes = 0;
            }
            offset += frame.paddedBytes();
        }
        relocate(pending);
    }

    private boolean isLive(Frame frame, long position) {
        return frame.index() > 0
                && groups.find(frame.group())
                        .map(group -> group.position(frame.index()) == position)
                        .orElse(false);
    }

    private void relocate(List<LiveRecord> records) {
        writer.write(false, tail -> {
            for (LiveRecord live : records) {
                Optional<GroupIndex> group = groups.find(live.group());
                if (group.isPresent() && group.get().position(live.record().index()) == live.position()) {
                    long copy = tail.write(FrameType.RELOCATED, live.group(), live.record());
                    tail.afterFlush(() ->
                            group.get().relocate(live.record().index(), live.position(), copy, live.frameBytes()));
                }
            }
        });
    }
}
