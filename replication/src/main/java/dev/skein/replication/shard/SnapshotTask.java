package dev.skein.replication.shard;

import dev.skein.replication.store.StoreView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A consistent picture of the state, waiting to be written. Made on the apply thread, written on any one thread. */
public final class SnapshotTask implements AutoCloseable {

    private final SnapshotFile file;
    private final StoreView view;
    private final AppliedPoint point;
    private final long oldestRetainedIndex;

    SnapshotTask(SnapshotFile file, StoreView view, AppliedPoint point, long oldestRetainedIndex) {
        this.file = file;
        this.view = view;
        this.point = point;
        this.oldestRetainedIndex = oldestRetainedIndex;
    }

    /** The point that the snapshot holds. */
    public AppliedPoint point() {
        return point;
    }

    /**
     * The first index whose entry the snapshot's state still needs. Once the snapshot is durable, entries below it may go from the
     * log; not by a later state's word, because after a crash this snapshot may be what the replica starts from.
     */
    public long oldestRetainedIndex() {
        return oldestRetainedIndex;
    }

    /**
     * Writes the file {@value SnapshotFile#NAME} and makes it durable. Blocks for the disk.
     *
     * @return its bytes
     */
    public long write(Path directory) throws IOException {
        file.write(directory, view, point);
        return Files.size(directory.resolve(SnapshotFile.NAME));
    }

    /** Lets go of the picture. */
    @Override
    public void close() {
        view.close();
    }
}
