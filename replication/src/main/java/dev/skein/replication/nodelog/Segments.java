package dev.skein.replication.nodelog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The log's segment files by number, and how much of each is still live. Thread-safe. */
final class Segments {

    private static final Pattern NAME = Pattern.compile("(\\d{8,10})\\.log");

    private final Path directory;
    private final ConcurrentSkipListMap<Integer, Segment> byNumber = new ConcurrentSkipListMap<>();

    Segments(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    Path path(int number) {
        return directory.resolve(String.format("%08d.log", number));
    }

    /** Takes the files of the directory in; their sizes are what the files say. */
    void list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    add(Integer.parseInt(name.group(1)), Files.size(file));
                }
            }
        }
    }

    Segment add(int number, long bytes) {
        Segment segment = new Segment(number, path(number), bytes);
        byNumber.put(number, segment);
        return segment;
    }

    @Nullable
    Segment get(int number) {
        return byNumber.get(number);
    }

    Collection<Segment> all() {
        return byNumber.values();
    }

    Optional<Segment> oldest() {
        return Optional.ofNullable(byNumber.firstEntry()).map(entry -> entry.getValue());
    }

    Optional<Segment> newest() {
        return Optional.ofNullable(byNumber.lastEntry()).map(entry -> entry.getValue());
    }

    /** Deletes a segment's file, durably. */
    void delete(Segment segment) throws IOException {
        byNumber.remove(segment.number());
        segment.close();
        Files.delete(segment.path());
        sync(directory);
    }

    long bytes() {
        return byNumber.values().stream().mapToLong(Segment::bytes).sum();
    }

    long liveBytes() {
        return byNumber.values().stream().mapToLong(Segment::liveBytes).sum();
    }

    /** A live record is at this position. */
    void keep(long position, int frameBytes) {
        Segment segment = byNumber.get(Positions.segment(position));
        if (segment != null) {
            segment.addLive(frameBytes);
        }
    }

    /** The record at this position is live no more. */
    void release(long position, int frameBytes) {
        Segment segment = byNumber.get(Positions.segment(position));
        if (segment != null) {
            segment.addLive(-frameBytes);
        }
    }

    void close() {
        byNumber.values().forEach(Segment::close);
    }

    /** Makes the creation and deletion of files in a directory durable. */
    static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
