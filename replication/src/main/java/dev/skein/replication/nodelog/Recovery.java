package dev.skein.replication.nodelog;

import dev.skein.replication.Mutation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds the state of all groups from the segments, and refuses what cannot be proved whole.
 *
 * <p>The rules: segments are numbered without a gap; each begins with a checkpoint that equals the state reached so far; every
 * segment but the last is valid to its end. In the last one a tail that was never said to be synced is cut: it is an unfinished write.
 * The log must reach the durable floor, and each group must have every record that it should have. Anything else is damage.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final StorageId storage;
    private final Segments segments;
    private final Groups groups;
    private final long floor;
    private boolean started;
    private long end;

    Recovery(StorageId storage, Segments segments, Groups groups, long floor) {
        this.storage = storage;
        this.segments = segments;
        this.groups = groups;
        this.floor = floor;
    }

    /** Replays all segments; the log's files end with their last valid frame afterwards. */
    void run() throws IOException {
        int previous = 0;
        for (Segment segment : segments.all()) {
            if (previous != 0 && segment.number() != previous + 1) {
                throw new NodeLogDamagedException("segment " + (previous + 1) + ": missing");
            }
            previous = segment.number();
            try {
                replay(segment, segment == segments.newest().orElseThrow());
            } catch (IllegalStateException impossible) {
                throw new NodeLogDamagedException("segment " + previous + ": " + impossible.getMessage(), impossible);
            }
        }
        checkFloor();
        checkWhole();
    }

    private void replay(Segment segment, boolean newest) throws IOException {
        SegmentScan scan = new SegmentScan(segment, storage, Files.size(segment.path()));
        long offset = scan.hasHeader() ? replayCheckpoint(segment, scan) : 0;
        if (offset > 0) {
            offset = replayFrames(segment, scan, offset);
        }
        if (offset < scan.size()) {
            if (!newest) {
                throw NodeLogDamagedException.at(segment.number(), offset, "invalid record");
            }
            cut(segment, scan, offset);
        }
        if (offset > 0) {
            segment.bytes(offset);
            end = Positions.of(segment.number(), offset);
        }
    }

    private long replayCheckpoint(Segment segment, SegmentScan scan) throws IOException {
        Frame frame = scan.frame(SegmentHeader.BYTES).orElse(null);
        if (frame == null || frame.type() != FrameType.CHECKPOINT) {
            return 0;
        }
        if (!started) {
            groups.restore(frame.payload());
            started = true;
        } else if (!ByteBuffer.wrap(groups.checkpoint()).equals(frame.payload())) {
            throw NodeLogDamagedException.at(
                    segment.number(), SegmentHeader.BYTES, "checkpoint differs from the segments before it");
        }
        return (long) SegmentHeader.BYTES + frame.paddedBytes();
    }

    private long replayFrames(Segment segment, SegmentScan scan, long start) throws IOException {
        long offset = start;
        Frame frame = scan.frame(offset).orElse(null);
        while (frame != null) {
            groups.replay(frame, Positions.of(segment.number(), offset));
            offset += frame.paddedBytes();
            frame = scan.frame(offset).orElse(null);
        }
        return offset;
    }

    private void cut(Segment segment, SegmentScan scan, long offset) throws IOException {
        boolean synced = Positions.of(segment.number(), offset) < floor || scan.provesSynced(offset);
        if (synced && !Mutation.DAMAGE_CUT_OFF.isOn()) {
            throw NodeLogDamagedException.at(segment.number(), offset, "a synced record is invalid");
        }
        if (offset == 0) {
            LOG.info("node log: segment {} was never begun; deleting it", segment.number());
            segments.delete(segment);
            return;
        }
        if (!scan.isZeroFrom(offset)) {
            LOG.warn("node log: cutting an unfinished write from segment {} at offset {}", segment.number(), offset);
        }
        try (AppendFile file = AppendFile.open(segment.path())) {
            file.resize(offset);
        }
    }

    private void checkFloor() {
        if (end < floor && !Mutation.DAMAGE_CUT_OFF.isOn()) {
            throw new NodeLogDamagedException("log ends at segment " + Positions.segment(end) + " offset "
                    + Positions.offset(end) + " (expected: at least segment " + Positions.segment(floor) + " offset "
                    + Positions.offset(floor) + ", which was durable)");
        }
    }

    private void checkWhole() {
        for (GroupIndex group : groups.all()) {
            long lost = group.firstLost();
            if (lost != 0) {
                throw new NodeLogDamagedException("group " + group.name() + " index " + lost + ": missing");
            }
        }
    }

    /** Opens or makes the floor, replays, and returns the floor for further use. */
    static DurableFloor recover(StorageId storage, Segments segments, Groups groups) {
        try {
            Files.createDirectories(segments.directory());
            segments.list();
            DurableFloor floor = floor(storage, segments);
            try {
                LyingDisk.crashed(segments, floor.position());
                new Recovery(storage, segments, groups, floor.position()).run();
                return floor;
            } catch (RuntimeException | IOException refused) {
                floor.close();
                segments.close();
                throw refused;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("node log: cannot read " + segments.directory(), failure);
        }
    }

    private static DurableFloor floor(StorageId storage, Segments segments) throws IOException {
        DurableFloor found = DurableFloor.open(segments.directory(), storage).orElse(null);
        if (found != null) {
            return found;
        }
        if (segments.oldest().isPresent()) {
            throw new NodeLogDamagedException("floor: missing although there are segments");
        }
        return DurableFloor.create(segments.directory(), storage);
    }
}
