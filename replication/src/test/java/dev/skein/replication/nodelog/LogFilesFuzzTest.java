package dev.skein.replication.nodelog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Files of the node log with any content: refused as damaged, or read as they were written. */
final class LogFilesFuzzTest {

    private static final StorageId STORAGE = StorageId.parse("00112233445566778899aabbccddeeff");

    @FuzzTest(maxDuration = "1m")
    void frames(byte[] bytes) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        if (Frame.plausible(source, 0, bytes.length) && Frame.valid(source, 0, STORAGE, 64)) {
            Frame frame = Frame.decode(source, 0);
            assertEquals(source.getInt(0), Frame.HEADER_BYTES + frame.payload().remaining());
        }
    }

    @FuzzTest(maxDuration = "1m")
    void slotFiles(byte[] bytes) throws IOException {
        Path path = Files.createTempFile("slots", "");
        try {
            Files.write(path, bytes);
            Optional<SlotFile> file = SlotFile.open(path);
            file.orElseThrow().close();
        } catch (NodeLogDamagedException refused) {
            return;
        } finally {
            Files.delete(path);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void identities(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            assertEquals(text, StorageIdentity.parse(Path.of("data"), text).text());
        } catch (StorageRefusedException refused) {
            return;
        }
    }
}
