package dev.skein.replication.nodelog;

import dev.skein.core.NodeId;
import dev.skein.replication.nodelog.StorageRefusedException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node's data directory: whose it is, that nobody else has it open, and whether it is quarantined. Opened first and closed last by
 * whoever composes the node; thread-safe.
 */
public final class NodeStorage implements AutoCloseable {

    private static final String IDENTITY = "identity";
    private static final String LOCK = "lock";
    private static final String QUARANTINED = "quarantined";

    private final Path directory;
    private final StorageIdentity identity;
    private final FileChannel lockFile;

    private NodeStorage(Path directory, StorageIdentity identity, FileChannel lockFile) {
        this.directory = directory;
        this.identity = identity;
        this.lockFile = lockFile;
    }

    /**
     * Opens a directory that belongs to this node of this cluster, or makes an empty one its own.
     *
     * @param fresh makes the storage id and incarnation when the directory is new
     * @throws StorageRefusedException when the directory must not be used
     */
    public static NodeStorage open(Path directory, String cluster, NodeId node, Supplier<Fresh> fresh) {
        FileChannel lock = null;
        try {
            Files.createDirectories(directory);
            lock = lock(directory);
            StorageIdentity identity = readOrMake(directory, cluster, node, fresh);
            identity.requireOwner(directory, cluster, node);
            return new NodeStorage(directory, identity, lock);
        } catch (IOException failure) {
            closeQuietly(lock);
            throw new StorageRefusedException(
                    Reason.NOT_USABLE,
                    "dataDirectory: " + directory + " (expected: a writable directory): " + failure,
                    failure);
        } catch (StorageRefusedException refused) {
            closeQuietly(lock);
            throw refused;
        }
    }

    /**
     * Identity of a new storage.
     *
     * @param id random
     * @param incarnation higher than that of any storage that this node had before
     */
    public record Fresh(StorageId id, long incarnation) {}

    /** Random identity of this storage. */
    public StorageId id() {
        return identity.id();
    }

    /** Grows when the node is wiped and rejoins. */
    public long incarnation() {
        return identity.incarnation();
    }

    /** The directory itself. */
    public Path directory() {
        return directory;
    }

    /** A directory inside; made when missing. */
    public Path directory(String name) {
        try {
            return Files.createDirectories(directory.resolve(name));
        } catch (IOException failure) {
            throw new StorageRefusedException(
                    Reason.NOT_USABLE,
                    "dataDirectory: " + directory + " (expected: a writable directory): " + failure,
                    failure);
        }
    }

    /** Why this storage takes no part, if it doesn't. Stays so until an operator wipes the directory. */
    public Optional<String> quarantined() {
        Path marker = directory.resolve(QUARANTINED);
        if (!Files.exists(marker)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(marker).strip());
        } catch (IOException unreadable) {
            return Optional.of("the quarantine marker cannot be read: " + unreadable);
        }
    }

    /** Marks the storage, durably; the first reason stays. */
    public synchronized void quarantine(String reason) {
        if (quarantined().isPresent()) {
            return;
        }
        try {
            writeDurably(directory.resolve(QUARANTINED), reason + "\n");
        } catch (IOException failure) {
            throw new StorageRefusedException(
                    Reason.NOT_USABLE,
                    "dataDirectory: " + directory + " (expected: a writable directory): " + failure,
                    failure);
        }
    }

    @Override
    public void close() {
        closeQuietly(lockFile);
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            held = null;
        }
        if (held == null) {
            channel.close();
            throw new StorageRefusedException(
                    Reason.IN_USE,
                    "dataDirectory: " + directory + " (expected: a directory that no running node uses)");
        }
        return channel;
    }

    private static StorageIdentity readOrMake(Path directory, String cluster, NodeId node, Supplier<Fresh> fresh)
            throws IOException {
        Path file = directory.resolve(IDENTITY);
        if (Files.exists(file)) {
            return StorageIdentity.parse(directory, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
        requireEmpty(directory);
        Fresh made = fresh.get();
        StorageIdentity identity = new StorageIdentity(cluster, node.value(), made.id(), made.incarnation());
        writeDurably(file, identity.text());
        return identity;
    }

    private static void requireEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            Optional<Path> found = files.filter(NodeStorage::isContent).findFirst();
            if (found.isPresent()) {
                throw new StorageRefusedException(
                        Reason.DAMAGED_IDENTITY,
                        "dataDirectory: " + directory + " holds " + found.get().getFileName()
                                + " but no identity (expected: a node's data directory or an empty one)");
            }
        }
    }

    private static boolean isContent(Path file) {
        String name = file.getFileName().toString();
        return !name.equals(LOCK) && !name.equals(IDENTITY + ".new") && !name.equals("lost+found");
    }

    private static void writeDurably(Path file, String text) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(unfinished, text);
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Segments.sync(file.toAbsolutePath().getParent());
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException nothingWritten) {
                // The lock goes with the process at the latest.
            }
        }
    }
}
