package dev.skein.replication.nodelog;

import dev.skein.replication.nodelog.GroupIndex.IndexedRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes a sealed segment whole again, frame by frame and in place, in a copy that replaces the file once it is proved.
 *
 * <p>A live record comes from another replica: the log of Raft has the same bytes at an index and term everywhere once they are committed. Of a
 * record that is dead the bytes don't matter, only its place. One flipped bit in a header, or in a small frame that holds no live record,
 * is found by the checksum.
 *
 * <p>The proof: replayed from its own checkpoint the copy ends in the state that the next segment's checkpoint holds, with each live record
 * where the index has it. So no repair can be believed that a restart would not believe.
 */
final class SegmentRepair {

    static final String UNFINISHED = ".repair";

    /** Each bit of a dead frame up to this size is tried; of a larger or live one those of its header. */
    private static final int SEARCHED_BYTES_MAX = 16 << 10;

    private static final List<FrameType> RECORDS = List.of(FrameType.ENTRY, FrameType.RELOCATED, FrameType.BACKFILL);

    private final StorageId storage;
    private final Groups groups;
    private final Segment segment;
    private final Segment next;
    private final RecordCopies copies;
    private final Path unfinished;

    /**
     * A repair.
     *
     * @param next the segment after it
     */
    SegmentRepair(StorageId storage, Groups groups, Segment segment, Segment next, RecordCopies copies) {
        this.storage = storage;
        this.groups = groups;
        this.segment = segment;
        this.next = next;
        this.copies = copies;
        this.unfinished = segment.path().resolveSibling(segment.path().getFileName() + UNFINISHED);
    }

    /** A live record of a group. */
    private record Live(GroupIndex group, IndexedRecord record) {}

    /**
     * Writes the repaired copy, durably.
     *
     * @return what is missing for now; empty when the copy is there and proved
     * @throws NodeLogDamagedException when it will never be
     */
    Optional<String> rebuild(List<LogScrub.Range> damage) throws IOException {
        Files.copy(segment.path(), unfinished, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel file = FileChannel.open(unfinished, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (LogScrub.Range range : damage) {
                Optional<String> missing = range.from() == 0 ? header(file) : frames(file, range);
                if (missing.isPresent()) {
                    return missing;
                }
            }
            file.force(true);
        }
        prove();
        return Optional.empty();
    }

    private Optional<String> header(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        SegmentHeader.encode(bytes, segment.number(), storage);
        write(file, bytes.flip(), 0);
        return Optional.empty();
    }

    private Optional<String> frames(FileChannel file, LogScrub.Range range) throws IOException {
        ByteBuffer damaged = read(file, range);
        TreeMap<Long, Live> live = liveIn(range);
        long at = range.from();
        while (at < range.to()) {
            int start = (int) (at - range.from());
            Live wanted = live.get(at);
            int bytes = wanted != null ? wanted.record().frameBytes() : frameBytes(damaged, start);
            if (bytes > damaged.capacity() - start) {
                throw lost(at);
            }
            ByteBuffer frame = damaged.slice(start, bytes);
            if (!searchFlippedBit(frame, at, wanted != null)) {
                Optional<String> missing = wanted != null ? fetch(frame, wanted, at) : close(frame, at);
                if (missing.isPresent()) {
                    return missing;
                }
            }
            at += bytes;
        }
        write(file, damaged.rewind(), range.from());
        return Optional.empty();
    }

    private ByteBuffer read(FileChannel file, LogScrub.Range range) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(range.to() - range.from()));
        while (bytes.hasRemaining() && file.read(bytes, range.from() + bytes.position()) >= 0) {
            // Reads until the range or the file ends.
        }
        if (bytes.hasRemaining()) {
            throw lost(range.from() + bytes.position());
        }
        return bytes.rewind();
    }

    private static void write(FileChannel file, ByteBuffer bytes, long offset) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }

    private TreeMap<Long, Live> liveIn(LogScrub.Range range) {
        TreeMap<Long, Live> live = new TreeMap<>();
        long from = Positions.of(segment.number(), range.from());
        long to = Positions.of(segment.number(), range.to());
        for (GroupIndex group : groups.all()) {
            for (IndexedRecord record : group.recordsBetween(from, to)) {
                live.put(Positions.offset(record.position()), new Live(group, record));
            }
        }
        return live;
    }

    /** What the header says, if that is possible; else the whole stretch is taken for one frame. */
    private static int frameBytes(ByteBuffer damaged, int start) {
        int left = damaged.capacity() - start;
        return Frame.plausible(damaged, start, left) ? damaged.getInt(start) + 7 & ~7 : left;
    }

    /** Tries to make the frame valid by turning one bit; exact, because the checksum says so. */
    private boolean searchFlippedBit(ByteBuffer frame, long offset, boolean live) {
        boolean all = !live && frame.capacity() <= SEARCHED_BYTES_MAX;
        int searched = all ? frame.capacity() : Math.min(frame.capacity(), Frame.HEADER_BYTES);
        for (int at = 0; at < searched; at++) {
            for (int bit = 0; bit < 8; bit++) {
                frame.put(at, (byte) (frame.get(at) ^ 1 << bit));
                if (isValid(frame, offset)) {
                    return true;
                }
                frame.put(at, (byte) (frame.get(at) ^ 1 << bit));
            }
        }
        return false;
    }

    private boolean isValid(ByteBuffer frame, long offset) {
        return Frame.plausible(frame, 0, frame.capacity())
                && (frame.getInt(0) + 7 & ~7) == frame.capacity()
                && Frame.valid(frame, 0, storage, Positions.of(segment.number(), offset));
    }

    private Optional<String> fetch(ByteBuffer frame, Live live, long offset) {
        GroupIndex group = live.group();
        long index = live.record().index();
        LogRecord copy = copies.copy(group.name(), index).orElse(null);
        if (copy == null) {
            return Optional.of("segment " + segment.number() + " offset " + offset + ": group " + group.name()
                    + " index " + index + " is damaged, and no other replica that can be asked has it");
        }
        if (Frame.paddedBytes(copy.payload().remaining()) != frame.capacity()) {
            // Replicas that fetched it after a snapshot have no content of Raft's own entries, and nobody needs it
            // below the
            // first.
            boolean needed = copy.kind() == LogRecord.Kind.DATA || index >= group.first();
            if (needed) {
                throw lost(offset);
            }
            return close(frame, offset);
        }
        put(frame, typeOf(frame), group.number(), copy, offset);
        return Optional.empty();
    }

    private static FrameType typeOf(ByteBuffer frame) {
        byte code = frame.get(8);
        boolean record = FrameType.isKnown(code) && RECORDS.contains(FrameType.of(code));
        return record ? FrameType.of(code) : FrameType.ENTRY;
    }

    private void put(ByteBuffer frame, FrameType type, int group, LogRecord record, long offset) {
        int synced = frame.getInt(16);
        new Frame(
                        type,
                        record.kind(),
                        group,
                        synced >= 0 && synced <= offset ? synced : 0,
                        record.index(),
                        record.term(),
                        record.payload())
                .encode(frame.rewind(), storage, Positions.of(segment.number(), offset));
    }

    /** Gives a dead record's frame a checksum for the bytes that it has. */
    private Optional<String> close(ByteBuffer frame, long offset) {
        boolean dead = Frame.plausible(frame, 0, frame.capacity())
                && (frame.getInt(0) + 7 & ~7) == frame.capacity()
                && RECORDS.contains(FrameType.of(frame.get(8)));
        if (!dead) {
            throw lost(offset);
        }
        Frame present = Frame.decode(frame, 0);
        ByteBuffer bytes = ByteBuffer.allocate(present.payload().remaining());
        bytes.put(present.payload().duplicate()).flip();
        put(
                frame,
                present.type(),
                present.group(),
                new LogRecord(present.kind(), present.index(), present.term(), bytes),
                offset);
        return Optional.empty();
    }

    private NodeLogDamagedException lost(long offset) {
        return NodeLogDamagedException.at(segment.number(), offset, "damaged beyond what can be mended");
    }

    private void prove() throws IOException {
        Segment copy = new Segment(segment.number(), unfinished, segment.bytes());
        try {
            Groups reached = replay(copy);
            Frame expected = new SegmentScan(next, storage, next.bytes())
                    .frame(SegmentHeader.BYTES)
                    .filter(frame -> frame.type() == FrameType.CHECKPOINT)
                    .orElseThrow(() -> lost(segment.bytes()));
            boolean same = ByteBuffer.wrap(reached.checkpoint()).equals(expected.payload());
            if (!same || !hasAllLive(reached)) {
                throw lost(SegmentHeader.BYTES);
            }
        } catch (IllegalStateException impossible) {
            throw new NodeLogDamagedException(
                    "segment " + segment.number() + ": " + impossible.getMessage(), impossible);
        } finally {
            copy.close();
        }
    }

    private Groups replay(Segment copy) throws IOException {
        SegmentScan scan = new SegmentScan(copy, storage, copy.bytes());
        Groups reached = new Groups(new Segments(unfinished.toAbsolutePath().getParent()));
        if (!scan.hasHeader()) {
            throw lost(0);
        }
        Frame checkpoint = scan.frame(SegmentHeader.BYTES).orElseThrow(() -> lost(SegmentHeader.BYTES));
        if (checkpoint.type() != FrameType.CHECKPOINT) {
            throw lost(SegmentHeader.BYTES);
        }
        reached.restore(checkpoint.payload());
        long offset = SegmentHeader.BYTES + checkpoint.paddedBytes();
        while (offset < copy.bytes()) {
            long at = offset;
            Frame frame = scan.frame(offset).orElseThrow(() -> lost(at));
            reached.replay(frame, Positions.of(copy.number(), offset));
            offset += frame.paddedBytes();
        }
        return reached;
    }

    private boolean hasAllLive(Groups reached) {
        for (Live live : liveIn(new LogScrub.Range(0, segment.bytes())).values()) {
            long position = reached.find(live.group().number())
                    .map(group -> group.position(live.record().index()))
                    .orElse(0L);
            if (position != live.record().position()) {
                return false;
            }
        }
        return true;
    }

    /** Puts the copy in the segment's place, durably; readers go on in it. */
    void install() throws IOException {
        Files.move(unfinished, segment.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Segments.sync(segment.path().toAbsolutePath().getParent());
        segment.reopen();
    }

    /** Deletes the copy. */
    void discard() throws IOException {
        Files.deleteIfExists(unfinished);
    }
}
