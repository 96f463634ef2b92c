package dev.skein.replication.host;

import dev.skein.replication.nodelog.ScrubResult;
import dev.skein.replication.raft.CheckedSnapshotStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a group's last snapshot again. Another one takes the place of a damaged one, as soon as something was applied after it.
 *
 * @param group its name
 * @param directory the group's
 * @param check reads a snapshot
 * @param renew takes another one
 */
record SnapshotScrub(String group, Path directory, Check check, Supplier<CompletableFuture<Void>> renew)
        implements Scrubber.Files {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotScrub.class);

    /** Reads a snapshot's directory. */
    interface Check {

        /** @throws IOException when it isn't whole */
        void verify(Path snapshot) throws IOException;
    }

    @Override
    public ScrubResult scrub(LongConsumer pace) throws IOException {
        Optional<Path> newest = newest();
        if (newest.isEmpty()) {
            return ScrubResult.NOTHING;
        }
        long bytes = bytes(newest.get());
        try {
            CheckedSnapshotStorage.verify(newest.get());
            check.verify(newest.get());
        } catch (IOException damaged) {
            // It may have been replaced meanwhile.
            if (newest().equals(newest)) {
                renew(damaged);
                return new ScrubResult(
                        bytes, 1, 0, Optional.of("group " + group + ": snapshot is damaged; another follows"));
            }
        }
        pace.accept(bytes);
        return ScrubResult.clean(bytes);
    }

    private void renew(IOException damaged) {
        LOG.warn("group {}: snapshot is damaged, another is taken: {}", group, damaged.getMessage());
        renew.get().exceptionally(failed -> {
            LOG.warn("group {}: no snapshot: {}", group, failed.getMessage());
            return null;
        });
    }

    private Optional<Path> newest() throws IOException {
        Path snapshots = directory.resolve("snapshot");
        if (!Files.exists(snapshots)) {
            return Optional.empty();
        }
        try (Stream<Path> each = Files.list(snapshots)) {
            return each.filter(path -> path.getFileName().toString().startsWith("snapshot_"))
                    .max(Path::compareTo);
        }
    }

    private static long bytes(Path snapshot) {
        try (Stream<Path> each = Files.list(snapshot)) {
            return each.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException replaced) {
            return 0;
        }
    }
}
