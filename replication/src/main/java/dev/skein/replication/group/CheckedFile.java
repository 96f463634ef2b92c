package dev.skein.replication.group;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** A small file that proves it is whole: length and CRC32C before the content, synced with its directory. */
public final class CheckedFile {

    private static final int HEADER_BYTES = 12;
    private static final int MAGIC = 0x534b4346;

    private CheckedFile() {}

    /** Writes and syncs the file; an old one of that name is replaced. */
    public static void write(Path file, ByteString content) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(MAGIC).putInt(content.size()).putInt(checksum(content)).flip();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeAll(channel, header);
            writeAll(channel, content.asReadOnlyByteBuffer());
            channel.force(true);
        }
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
            directory.force(true);
        }
    }

    /**
     * Reads the file.
     *
     * @throws IOException when it is missing, cut or changed
     */
    public static ByteString read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        boolean whole = bytes.remaining() >= HEADER_BYTES
                && bytes.getInt() == MAGIC
                && bytes.getInt() == bytes.capacity() - HEADER_BYTES;
        if (!whole) {
            throw new IOException(file + ": cut or not a checked file");
        }
        int expected = bytes.getInt();
        ByteString content = ByteString.copyFrom(bytes);
        if (checksum(content) != expected) {
            throw new IOException(file + ": checksum doesn't match");
        }
        return content;
    }

    private static int checksum(ByteString content) {
        CRC32C crc = new CRC32C();
        content.asReadOnlyByteBufferList().forEach(crc::update);
        return (int) crc.getValue();
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
