package dev.skein.replication.nodelog;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** The node's log on disk: preallocated segments, one writer, an index in memory. See the package for how it is put together. */
public final class SegmentedNodeLog implements NodeLog {

    /** Reads of one record that may find its segment just deleted; each retry sees the record's newer place. */
    private static final int READ_ATTEMPTS = 16;

    private final StorageId storage;
    private final Segments segments;
    private final Groups groups;
    private final SegmentTail tail;
    private final FloorFollower floor;
    private final LogWriter writer;
    private final LogMaintenance maintenance;
    private final LogScrub scrub;
    private volatile IntConsumer onRot = number -> {};
    private final Map<String, SegmentedGroupLog> handles = new ConcurrentHashMap<>();

    private SegmentedNodeLog(
            Segments segments,
            Groups groups,
            DurableFloor floor,
            NodeLogConfig config,
            Parts parts,
            NodeLogMetrics metrics)
            throws IOException {
        this.storage = parts.storage();
        this.segments = segments;
        this.groups = groups;
        this.tail = new SegmentTail(config, storage, segments, groups, parts.opener(), metrics);
        tail.roll();
        this.floor = new FloorFollower(floor, parts.time());
        this.writer = new LogWriter(
                tail, this.floor, parts.time(), config.syncInterval().toNanos(), metrics, parts.onFailure());
        Reclaimer reclaimer = new Reclaimer(storage, segments, groups, writer, number -> onRot.accept(number));
        this.maintenance = new LogMaintenance(config, writer, reclaimer, handles.values());
        this.scrub = new LogScrub(storage, segments, groups, floor, maintenance);
        scrub.sweep();
    }

    /** What the log gets from outside, apart from its configuration. */
    record Parts(
            StorageId storage, TimeSource time, Consumer<NodeLogFailedException> onFailure, AppendFile.Opener opener) {}

    /**
     * Opens or makes the log of a storage; reads all of it.
     *
     * @param onFailure told once, on one of the log's threads, when the log stops; it must not block. Damage that was found while
     *     reclaiming is a {@link NodeLogDamagedException} among the causes
     * @throws NodeLogDamagedException when what is there cannot be proved whole: the storage must be quarantined
     */
    public static SegmentedNodeLog open(
            NodeLogConfig config,
            StorageId storage,
            TimeSource time,
            MetricRegistry metrics,
            Consumer<NodeLogFailedException> onFailure) {
        return open(config, new Parts(storage, time, onFailure, LyingDisk.opener()), metrics);
    }

    static SegmentedNodeLog open(NodeLogConfig config, Parts parts, MetricRegistry registry) {
        Segments segments = new Segments(config.directory());
        Groups groups = new Groups(segments);
        DurableFloor floor = Recovery.recover(parts.storage(), segments, groups);
        NodeLogMetrics metrics = new NodeLogMetrics(registry);
        metrics.size(segments::bytes, () -> segments.all().size());
        try {
            SegmentedNodeLog log = new SegmentedNodeLog(segments, groups, floor, config, parts, metrics);
            log.floor.start();
            log.writer.start();
            log.maintenance.start();
            return log;
        } catch (IOException failure) {
            closeAfter(failure, floor, segments);
            throw new UncheckedIOException("node log: cannot begin a segment in " + config.directory(), failure);
        }
    }

    private static void closeAfter(IOException failure, DurableFloor floor, Segments segments) {
        segments.close();
        try {
            floor.close();
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    @Override
    public GroupLog group(String name) {
        Optional<GroupLog> known = find(name);
        if (known.isPresent()) {
            return known.get();
        }
        ByteBuffer text = StandardCharsets.UTF_8.encode(name);
        writer.write(true, end -> {
            if (groups.find(name).isEmpty()) {
                int number = groups.nextNumber();
                end.write(FrameType.GROUP, number, new LogRecord(LogRecord.Kind.NO_OP, 0, 0, text));
                groups.add(number, name);
            }
        });
        return find(name).orElseThrow();
    }

    @Override
    public Optional<GroupLog> find(String name) {
        return groups.find(name)
                .map(index -> handles.compute(
                        name,
                        (same, handle) -> handle != null && handle.index() == index
                                ? handle
                                : new SegmentedGroupLog(this, index, writer)));
    }

    @Override
    public List<String> groups() {
        return groups.all().stream().map(GroupIndex::name).sorted().toList();
    }

    @Override
    public long bytesOnDisk() {
        return segments.bytes();
    }

    @Override
    public Optional<NodeLogFailedException> failure() {
        return writer.failure();
    }

    /** Who is told of a sealed segment that reclaiming found damaged; must not block. */
    public void onRot(IntConsumer listener) {
        onRot = listener;
    }

    /** The log's own search for rot; good while the log is open. */
    public LogScrub scrub() {
        return scrub;
    }

    @Override
    public LogActivity activity() {
        return writer.activity();
    }

    /** Writes down that a group is gone and forgets it. */
    void drop(GroupIndex index) {
        writer.write(true, end -> {
            if (groups.find(index.number()).isPresent()) {
                end.write(FrameType.DROP_GROUP, index.number(), 0, 0);
                groups.drop(index.number());
            }
        });
        handles.computeIfPresent(index.name(), (name, handle) -> handle.index() == index ? null : handle);
    }

    /** Reads a record of a group from its present place. */
    Optional<LogRecord> read(GroupIndex group, long index) {
        writer.failure().ifPresent(failed -> {
            throw new NodeLogFailedException(String.valueOf(failed.getMessage()), failed);
        });
        for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
            Optional<GroupIndex.Place> place = group.place(index);
            if (place.isEmpty()) {
                return Optional.empty();
            }
            Optional<LogRecord> record = readAt(group, index, place.get());
            if (record.isPresent()) {
                return record;
            }
        }
        throw damaged(group, index, group.position(index), "segment is gone");
    }

    private Optional<LogRecord> readAt(GroupIndex group, long index, GroupIndex.Place place) {
        tail.awaitWritten(place.position());
        Segment segment = segments.get(Positions.segment(place.position()));
        if (segment == null) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(place.frameBytes());
        try {
            segment.read(bytes, Positions.offset(place.position()));
        } catch (ClosedChannelException | NoSuchFileException reclaimed) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(group.name() + ": cannot read index " + index, failure);
        }
        return Optional.of(checked(group, index, place, bytes));
    }

    private LogRecord checked(GroupIndex group, long index, GroupIndex.Place place, ByteBuffer bytes) {
        boolean whole = !bytes.hasRemaining()
                && Frame.plausible(bytes, 0, bytes.capacity())
                && Frame.valid(bytes, 0, storage, place.position());
        if (!whole) {
            throw damaged(group, index, place.position(), "checksum differs");
        }
        Frame frame = Frame.decode(bytes, 0);
        if (frame.group() != group.number() || frame.index() != index) {
            throw damaged(group, index, place.position(), "holds group " + frame.group() + " index " + frame.index());
        }
        return new LogRecord(frame.kind(), index, frame.term(), frame.payload());
    }

    private static NodeLogDamagedException damaged(GroupIndex group, long index, long position, String what) {
        return NodeLogDamagedException.at(
                Positions.segment(position),
                Positions.offset(position),
                "group " + group.name() + " index " + index + ": " + what);
    }

    /** One turn of reclaiming, now; for tests and for a disk that is getting full. */
    void reclaim() {
        maintenance.reclaim();
    }

    @Override
    public void close() {
        maintenance.stop();
        writer.close();
        floor.close();
        segments.close();
    }
}
