package dev.skein.replication.nodelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small value that is replaced as a whole and survives a crash at any moment: two slots written in turn, each with a sequence
 * number and a CRC32C. The valid slot with the higher sequence counts. Thread-safe.
 *
 * <p>A value is synced in its own slot first and then copied over the older one, without a sync of its own: a torn write leaves the
 * other slot, and a sector that rots later does not bring an older value back.
 *
 * <p>A write that fails leaves the object unusable: after a failed sync nobody knows what the disk has.
 */
public final class SlotFile implements AutoCloseable {

    private static final int SLOT_BYTES = 4096;
    private static final int HEADER_BYTES = 16;

    /** Largest value that fits. */
    public static final int VALUE_BYTES_MAX = SLOT_BYTES - HEADER_BYTES;

    private final Path path;
    private final FileChannel channel;
    private final DiskFault fault;
    private long sequence;
    private byte[] value = new byte[0];
    private boolean failed;

    private SlotFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
        this.fault = DiskFault.below(path);
    }

    /** Makes a new file with a first value; the file and its name are durable on return. */
    public static SlotFile create(Path path, byte[] value) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            new SlotFile(path, channel).write(value);
        }
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        Segments.sync(path.toAbsolutePath().getParent());
        return open(path).orElseThrow(() -> new IOException(path + " vanished"));
    }

    /**
     * Opens an existing file.
     *
     * @return empty when there is none
     * @throws NodeLogDamagedException when no slot is valid
     */
    public static Optional<SlotFile> open(Path path) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        SlotFile file = new SlotFile(path, channel);
        boolean found = file.load(0) | file.load(1);
        if (!found) {
            channel.close();
            throw new NodeLogDamagedException(path.getFileName() + ": no valid slot");
        }
        return Optional.of(file);
    }

    /** The present value. */
    public synchronized byte[] value() {
        return value.clone();
    }

    /** Replaces the value; durable on return. */
    public synchronized void write(byte[] next) throws IOException {
        if (failed || next.length > VALUE_BYTES_MAX) {
            throw new IOException(path + ": " + (failed ? "an earlier write failed" : "value too large"));
        }
        failed = true;
        ByteBuffer slot = encode(sequence + 1, next);
        fault.beforeWrite();
        put(slot, (sequence + 1) % 2);
        fault.beforeSync();
        channel.force(false);
        SlowSync.pause();
        put(slot, sequence % 2);
        failed = false;
        sequence++;
        value = next.clone();
    }

    private static ByteBuffer encode(long number, byte[] content) {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
        slot.putLong(number).putInt(content.length).putInt(0).put(content);
        return slot.putInt(12, checksum(slot, content.length));
    }

    private void put(ByteBuffer slot, long number) throws IOException {
        slot.rewind().limit(SLOT_BYTES);
        long at = number * SLOT_BYTES;
        while (slot.hasRemaining()) {
            at += channel.write(slot, at);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }

    /** Reads both slots again and writes one that has rotted anew: what they should hold is in memory. */
    public synchronized ScrubResult scrub() throws IOException {
        if (failed || !channel.isOpen()) {
            return ScrubResult.NOTHING;
        }
        int found = 0;
        for (int number = 0; number < 2; number++) {
            if (read(number).isEmpty()) {
                found++;
                put(encode(sequence, value), number);
            }
        }
        if (found > 0) {
            channel.force(false);
        }
        return new ScrubResult(2L * SLOT_BYTES, found, found, Optional.empty());
    }

    private boolean load(int number) throws IOException {
        Optional<ByteBuffer> found = read(number);
        found.filter(slot -> slot.getLong(0) > sequence).ifPresent(slot -> {
            sequence = slot.getLong(0);
            value = new byte[slot.getInt(8)];
            slot.get(HEADER_BYTES, value);
        });
        return found.isPresent();
    }

    /** A slot's bytes, if they are what was written. */
    private Optional<ByteBuffer> read(int number) throws IOException {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
        long at = (long) number * SLOT_BYTES;
        while (slot.hasRemaining() && channel.read(slot, at + slot.position()) >= 0) {
            // Reads until the slot or the file ends; what is missing stays zero.
        }
        int length = slot.getInt(8);
        boolean valid = length >= 0
                && length <= VALUE_BYTES_MAX
                && slot.getLong(0) > 0
                && slot.getInt(12) == checksum(slot, length);
        return valid ? Optional.of(slot) : Optional.empty();
    }

    private static int checksum(ByteBuffer slot, int length) {
        CRC32C crc = new CRC32C();
        crc.update(slot.slice(0, 12));
        crc.update(slot.slice(HEADER_BYTES, length));
        return (int) crc.getValue();
    }
}
