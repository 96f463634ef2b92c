package dev.skein.replication.nodelog;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A log's directory that tests open, copy as a crash would leave it, and damage. Maintenance runs only when asked. */
final class LogDirectory {

    static final StorageId STORAGE = new StorageId(0x1234_5678_9abc_def0L, 42);

    final Path path;
    final MetricRegistry metrics = new MetricRegistry();
    NodeLogConfig config;

    LogDirectory(Path path) {
        this.path = path;
        this.config = NodeLogConfig.in(path).withSegmentBytes(4 << 10).withReclaimInterval(Duration.ofHours(1));
    }

    SegmentedNodeLog open() {
        return open(STORAGE, AppendFile::open, failure -> {});
    }

    SegmentedNodeLog open(StorageId storage, AppendFile.Opener opener, Consumer<NodeLogFailedException> onFailure) {
        var parts = new SegmentedNodeLog.Parts(storage, TimeSource.system(), onFailure, opener);
        return SegmentedNodeLog.open(config, parts, metrics);
    }

    /** The files as they are now, as after a kill of the process. */
    LogDirectory crashed(Path copy) {
        try (Stream<Path> files = Files.list(path)) {
            deleteAll(copy);
            Files.createDirectories(copy);
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        LogDirectory directory = new LogDirectory(copy);
        directory.config = directory.config.withSegmentBytes(config.segmentBytes());
        return directory;
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    List<Path> segments() {
        try (Stream<Path> files = Files.list(path)) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
