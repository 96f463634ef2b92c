package dev.skein.replication.nodelog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * For tests only: a disk that is sick at a word. With the JVM property {@code skein.disk.faults=true}, whatever writes in a node's data
 * directory first reads the file {@code disk-fault} there; without the property nothing is read.
 *
 * <p>Words: {@code stall} writes and syncs wait until the word is gone; {@code fail-sync} and {@code fail-write} they fail as a broken disk's do;
 * {@code no-space} writes fail as a full disk's do; {@code fail-read=FILE} that file of the log can't be read; {@code fail-snapshot} a state snapshot
 * can't be written; {@code free=BYTES} the disk says that it has so much room left.
 */
public final class DiskFault {

    static final String PROPERTY = "skein.disk.faults";
    static final String FILE = "disk-fault";

    private static final String FREE = "free=";
    private static final String FAIL_READ = "fail-read=";
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Files lie this deep in a data directory at most. */
    private static final int DEPTH_MAX = 5;

    private final @Nullable Path control;

    private DiskFault(@Nullable Path control) {
        this.control = control;
    }

    /** The disk below a file or directory of a node. */
    public static DiskFault below(Path file) {
        return new DiskFault(Boolean.getBoolean(PROPERTY) ? control(file.toAbsolutePath()) : null);
    }

    private static @Nullable Path control(Path file) {
        Path directory = file;
        for (int depth = 0; depth < DEPTH_MAX && directory != null; depth++) {
            if (Files.exists(directory.resolve("identity"))) {
                return directory.resolve(FILE);
            }
            directory = directory.getParent();
        }
        return null;
    }

    /** To be called before each write. */
    void beforeWrite() throws IOException {
        if (control != null) {
            String word = awaitMoving();
            if (word.equals("no-space")) {
                throw new IOException("No space left on device");
            }
            if (word.equals("fail-write")) {
                throw new IOException("Input/output error");
            }
        }
    }

    /** To be called before each sync. */
    void beforeSync() throws IOException {
        if (control != null && awaitMoving().equals("fail-sync")) {
            throw new IOException("Input/output error");
        }
    }

    /** To be called before each read of a file of the log. */
    void beforeRead(Path file) throws IOException {
        if (control != null && word().equals(FAIL_READ + file.getFileName())) {
            throw new IOException("Input/output error");
        }
    }

    /** Where a state snapshot goes that belongs into a directory: when it is to fail, to a place that isn't there. */
    public Path snapshotInto(Path directory) {
        return control != null && word().equals("fail-snapshot") ? directory.resolve("missing") : directory;
    }

    /** The room that the disk pretends to have, if it does. */
    OptionalLong freeBytes() {
        String word = word();
        return word.startsWith(FREE)
                ? OptionalLong.of(Long.parseLong(word.substring(FREE.length())))
                : OptionalLong.empty();
    }

    private String awaitMoving() {
        String word = word();
        while (word.equals("stall")) {
            LockSupport.parkNanos(LOOK_NANOS);
            word = word();
        }
        return word;
    }

    private String word() {
        if (control == null) {
            return "";
        }
        try {
            return Files.readString(control).strip();
        } catch (NoSuchFileException well) {
            return "";
        } catch (IOException unreadable) {
            throw new IllegalStateException(control + ": can't be read", unreadable);
        }
    }
}
