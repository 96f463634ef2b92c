package dev.skein.replication.nodelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place up to which the log is known to be on stable storage, kept apart from the log. A log that ends before it has lost
 * entries that were promised: a zeroed tail, a missing segment or an old copy of the files. All groups are in one sequence, so one
 * place says it for all of them, truncations included. Written by the maintenance thread, and once more on close.
 */
final class DurableFloor implements AutoCloseable {

    private static final String NAME = "floor";

    /** Storage id and position. */
    private static final int VALUE_BYTES = 24;

    private final SlotFile file;
    private final StorageId storage;

    private DurableFloor(SlotFile file, StorageId storage) {
        this.file = file;
        this.storage = storage;
    }

    static Optional<DurableFloor> open(Path directory, StorageId storage) throws IOException {
        Optional<SlotFile> file = SlotFile.open(directory.resolve(NAME));
        if (file.isPresent()) {
            check(file.get(), storage);
        }
        return file.map(found -> new DurableFloor(found, storage));
    }

    private static void check(SlotFile file, StorageId storage) throws IOException {
        int bytes = file.value().length;
        String wrong = bytes != VALUE_BYTES
                ? bytes + " bytes (expected: " + VALUE_BYTES + ")"
                : storageOf(file).equals(storage) ? "" : "of another storage " + storageOf(file);
        if (!wrong.isEmpty()) {
            file.close();
            throw new NodeLogDamagedException("floor: " + wrong);
        }
    }

    static DurableFloor create(Path directory, StorageId storage) throws IOException {
        return new DurableFloor(SlotFile.create(directory.resolve(NAME), encode(storage, 0)), storage);
    }

    /** The position; 0 before the first segment. */
    long position() {
        return ByteBuffer.wrap(file.value()).getLong(16);
    }

    /** Raises the floor; a lower or equal position is nothing. */
    void raise(long position) throws IOException {
        if (position > position()) {
            file.write(encode(storage, position));
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static byte[] encode(StorageId storage, long position) {
        return ByteBuffer.allocate(VALUE_BYTES)
                .put(storage.bytes())
                .putLong(position)
                .array();
    }

    private static StorageId storageOf(SlotFile file) {
        ByteBuffer value = ByteBuffer.wrap(file.value());
        return new StorageId(value.getLong(), value.getLong());
    }
}
