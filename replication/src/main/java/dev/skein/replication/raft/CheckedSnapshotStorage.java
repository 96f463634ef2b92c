package dev.skein.replication.raft;

import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.SnapshotCopierOptions;
import com.alipay.sofa.jraft.storage.snapshot.Snapshot;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotCopier;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotStorage;
import com.alipay.sofa.jraft.storage.snapshot.local.LocalSnapshotWriter;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots as JRaft keeps them, with a checksum of what JRaft says of each: the index, the term and the group's members. JRaft believes that
 * file as it is, and a flipped bit in it could make another quorum. What the snapshot holds is checked by the machine that reads it.
 */
public final class CheckedSnapshotStorage extends LocalSnapshotStorage {

    private static final String CHECKSUM_FILE = Snapshot.JRAFT_SNAPSHOT_META_FILE + ".crc32c";

    private final Path directory;
    private final String group;
    private final RaftOptions options;
    private final Consumer<Throwable> onFailure;

    /**
     * Snapshots of a group.
     *
     * @param group its name
     * @param options with the directory of all its snapshots
     * @param onFailure told when the last snapshot can't be believed
     */
    CheckedSnapshotStorage(String group, NodeOptions options, Consumer<Throwable> onFailure) {
        super(options.getSnapshotUri(), options.getSnapshotTempUri(), options.getRaftOptions());
        this.directory = Path.of(options.getSnapshotUri());
        this.group = group;
        this.options = options.getRaftOptions();
        this.onFailure = onFailure;
    }

    /**
     * Compares what JRaft says of a snapshot with its checksum.
     *
     * @param snapshot its directory
     * @throws IOException when they differ or one is missing
     */
    public static void verify(Path snapshot) throws IOException {
        Path checksum = snapshot.resolve(CHECKSUM_FILE);
        Path described = snapshot.resolve(Snapshot.JRAFT_SNAPSHOT_META_FILE);
        byte[] written = Files.exists(checksum) ? Files.readAllBytes(checksum) : new byte[0];
        if (!Files.exists(described) || !ByteBuffer.wrap(written).equals(checksum(described))) {
            throw new IOException("snapshot " + described + ": checksum is wrong or a file is missing");
        }
    }

    private static ByteBuffer checksum(Path file) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(Files.readAllBytes(file));
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, (int) crc.getValue());
    }

    /** @throws NodeLogDamagedException when the last snapshot can't be believed; the storage must be quarantined */
    @Override
    public @Nullable SnapshotReader open() {
        long index = getLastSnapshotIndex();
        if (index > 0) {
            try {
                verify(directory.resolve(Snapshot.JRAFT_SNAPSHOT_PREFIX + index));
            } catch (IOException damaged) {
                if (index == getLastSnapshotIndex()) {
                    NodeLogDamagedException failure =
                            new NodeLogDamagedException("group " + group + ": " + damaged.getMessage(), damaged);
                    onFailure.accept(failure);
                    throw failure;
                }
                // Another one has taken its place meanwhile.
                return open();
            }
        }
        return super.open();
    }

    @Override
    public @Nullable SnapshotWriter create(boolean fromEmpty) {
        SnapshotWriter made = super.create(fromEmpty);
        if (made == null) {
            return null;
        }
        LocalSnapshotWriter checking = new Writer(made.getPath());
        return checking.init(null) ? checking : null;
    }

    /** JRaft's copiers take the storage's throttle when they are made; its readers, which serve others, are to have none. */
    @Override
    public @Nullable SnapshotCopier startToCopyFrom(String uri, SnapshotCopierOptions copierOptions) {
        setSnapshotThrottle(new CopyPace(System::nanoTime));
        try {
            return super.startToCopyFrom(uri, copierOptions);
        } finally {
            setSnapshotThrottle(null);
        }
    }

    /** JRaft syncs a snapshot before it makes it the last one. */
    private final class Writer extends LocalSnapshotWriter {

        Writer(String path) {
            super(path, CheckedSnapshotStorage.this, options);
        }

        @Override
        public boolean sync() throws IOException {
            if (!super.sync()) {
                return false;
            }
            Path snapshot = Path.of(getPath());
            ByteBuffer checksum = checksum(snapshot.resolve(Snapshot.JRAFT_SNAPSHOT_META_FILE));
            try (FileChannel file = FileChannel.open(
                    snapshot.resolve(CHECKSUM_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                while (checksum.hasRemaining()) {
                    file.write(checksum);
                }
                file.force(true);
            }
            return true;
        }
    }
}
