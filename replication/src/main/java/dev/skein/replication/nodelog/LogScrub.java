package dev.skein.replication.nodelog;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads sealed segments again and mends what has rotted: see {@link SegmentRepair}. Segments are searched by any thread, mended by one at a
 * time. The segment being written is left alone: what is in it was written a moment ago, and a damaged record there stops the node
 * when it is read.
 */
public final class LogScrub {

    private static final Logger LOG = LoggerFactory.getLogger(LogScrub.class);

    /** Bytes between two calls of the pace. */
    private static final int STEP_BYTES = 256 << 10;

    private final StorageId storage;
    private final Segments segments;
    private final Groups groups;
    private final DurableFloor floor;
    private final Object deletions;

    /**
     * The scrub of one log.
     *
     * @param deletions held while segments are deleted
     */
    LogScrub(StorageId storage, Segments segments, Groups groups, DurableFloor floor, Object deletions) {
        this.storage = storage;
        this.segments = segments;
        this.groups = groups;
        this.floor = floor;
        this.deletions = deletions;
    }

    /** A stretch of a segment that is not valid; ends where valid frames begin again, or with the segment. */
    record Range(long from, long to) {}

    /** Sealed segments, oldest first. */
    public List<Integer> sealed() {
        int newest = segments.newest().map(Segment::number).orElse(0);
        return segments.all().stream()
                .map(Segment::number)
                .filter(number -> number < newest)
                .toList();
    }

    /** Deletes what an unfinished repair of an earlier process left behind. */
    void sweep() throws IOException {
        try (Stream<Path> files = Files.list(segments.directory())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(SegmentRepair.UNFINISHED)) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * Reads a sealed segment, and mends it if something in it is not what was written.
     *
     * @param copies asked for records that can't be read here any more
     * @param pace told of bytes read; may block
     * @throws NodeLogDamagedException when the damage can never be mended: the storage must be quarantined
     */
    public ScrubResult scrub(int number, RecordCopies copies, LongConsumer pace) throws IOException {
        Segment segment = segments.get(number);
        if (segment == null || !sealed().contains(number)) {
            return ScrubResult.NOTHING;
        }
        try {
            return find(segment, pace).isEmpty() ? ScrubResult.clean(segment.bytes()) : mend(segment, copies);
        } catch (ClosedChannelException | NoSuchFileException reclaimed) {
            return ScrubResult.NOTHING;
        }
    }

    // Looked at again: somebody else may have mended it meanwhile.
    private synchronized ScrubResult mend(Segment segment, RecordCopies copies) throws IOException {
        List<Range> damage = find(segment, ignored -> {});
        if (damage.isEmpty()) {
            return ScrubResult.clean(segment.bytes());
        }
        LOG.warn("node log: segment {} is damaged at {}", segment.number(), damage);
        Segment next = segments.get(segment.number() + 1);
        if (next == null || next.bytes() == 0) {
            String why = "segment " + segment.number() + ": damaged, and the one after it is only being begun";
            return new ScrubResult(segment.bytes(), damage.size(), 0, Optional.of(why));
        }
        SegmentRepair repair = new SegmentRepair(storage, groups, segment, next, copies);
        Optional<String> missing = repair.rebuild(damage);
        if (missing.isPresent()) {
            repair.discard();
            return new ScrubResult(segment.bytes(), damage.size(), 0, missing);
        }
        synchronized (deletions) {
            if (segments.get(segment.number()) == segment) {
                repair.install();
                LOG.info("node log: segment {} is whole again", segment.number());
            } else {
                repair.discard();
            }
        }
        return new ScrubResult(segment.bytes(), damage.size(), damage.size(), Optional.empty());
    }

    /** What is not valid in a segment, ascending. */
    private List<Range> find(Segment segment, LongConsumer pace) throws IOException {
        try (DiskReader disk = new DiskReader(segment)) {
            return find(new SegmentScan(segment, storage, segment.bytes(), disk), pace);
        }
    }

    private static List<Range> find(SegmentScan scan, LongConsumer pace) throws IOException {
        List<Range> damage = new ArrayList<>();
        if (!scan.hasHeader()) {
            damage.add(new Range(0, SegmentHeader.BYTES));
        }
        long told = 0;
        long offset = SegmentHeader.BYTES;
        while (offset < scan.size()) {
            long next = scan.frame(offset).map(Frame::paddedBytes).orElse(0) + offset;
            if (next == offset) {
                next = nextValid(scan, offset);
                damage.add(new Range(offset, next));
            }
            offset = next;
            if (offset - told >= STEP_BYTES) {
                pace.accept(offset - told);
                told = offset;
            }
        }
        pace.accept(offset - told);
        return damage;
    }

    private static long nextValid(SegmentScan scan, long invalid) throws IOException {
        for (long at = invalid + 8; at < scan.size(); at += 8) {
            if (scan.frame(at).isPresent()) {
                return at;
            }
        }
        return scan.size();
    }

    /** Reads the floor's file again. */
    public ScrubResult scrubFloor() throws IOException {
        return floor.scrub();
    }
}
