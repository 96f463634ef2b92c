package dev.skein.replication.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckedFileTest {

    private static final ByteString CONTENT = ByteString.copyFromUtf8("the state of the control group");

    @TempDir
    Path directory;

    @Test
    void givesBackWhatWasWrittenLast() throws IOException {
        Path file = directory.resolve("state");
        CheckedFile.write(file, ByteString.copyFromUtf8("something much longer that was there before, all of it"));
        CheckedFile.write(file, CONTENT);

        assertEquals(CONTENT, CheckedFile.read(file));
    }

    @Test
    void refusesEveryFlippedBitAndEveryCut() throws IOException {
        Path file = directory.resolve("state");
        CheckedFile.write(file, CONTENT);
        byte[] bytes = Files.readAllBytes(file);

        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, damaged);
            assertThrows(IOException.class, () -> CheckedFile.read(file));
        }
        for (int length = 0; length < bytes.length; length++) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThrows(IOException.class, () -> CheckedFile.read(file));
        }
    }
}
