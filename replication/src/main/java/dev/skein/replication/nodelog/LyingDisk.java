package dev.skein.replication.nodelog;

import dev.skein.replication.Mutation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk that {@link Mutation#LOG_NOT_SYNCED} and {@link Mutation#SYNC_RETRIED} need: what was never truly synced is there as long as the
 * process lives, as in a page cache, and is gone after a crash. Nothing but the real thing unless one of them is switched on.
 */
final class LyingDisk implements AppendFile {

    private static final int SYNCS_TO_THE_FAILURE = 300;

    private final AppendFile file;
    private final Path lost;
    private long synced;
    private long written;

    private LyingDisk(Path path) throws IOException {
        this.file = AppendFile.open(path);
        this.lost = lost(path);
    }

    static Opener opener() {
        return Mutation.SYNC_RETRIED.isOn() ? LyingDisk::new : AppendFile::open;
    }

    /**
     * Before the log is read again: forgets what a crash takes.
     *
     * @param written what the system happened to write by itself, if nobody ever synced
     */
    static void crashed(Segments segments, long written) throws IOException {
        for (Segment segment : segments.all()) {
            if (Mutation.LOG_NOT_SYNCED.isOn()) {
                loseFrom(written, segment, segments);
            } else if (Mutation.SYNC_RETRIED.isOn() && Files.exists(lost(segment.path()))) {
                loseWhatFailed(segment);
            }
        }
    }

    private static void loseFrom(long written, Segment segment, Segments segments) throws IOException {
        if (segment.number() > Positions.segment(written)) {
            segments.delete(segment);
        } else if (segment.number() == Positions.segment(written)) {
            try (AppendFile file = AppendFile.open(segment.path())) {
                file.resize(Positions.offset(written));
            }
        }
    }

    private static void loseWhatFailed(Segment segment) throws IOException {
        List<String> range = Files.readAllLines(lost(segment.path()));
        long from = Long.parseLong(range.get(0));
        try (AppendFile file = AppendFile.open(segment.path())) {
            file.write(ByteBuffer.allocate((int) (Long.parseLong(range.get(1)) - from)), from);
        }
    }

    private static Path lost(Path segment) {
        return segment.resolveSibling(segment.getFileName() + ".lost");
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
        written = offset + source.remaining();
        file.write(source, offset);
    }

    /** The one that fails is tried again, succeeds, and is believed. */
    @Override
    public void force() throws IOException {
        if (Mutation.SYNC_RETRIED.isOnTheTime(SYNCS_TO_THE_FAILURE)) {
            Files.write(lost, List.of(Long.toString(synced), Long.toString(written)));
        }
        file.force();
        synced = written;
    }

    @Override
    public void resize(long bytes) throws IOException {
        file.resize(bytes);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
