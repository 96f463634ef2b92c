package dev.skein.replication.nodelog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotFileTest {

    @TempDir
    Path directory;

    @Test
    void keepsTheLastValue() throws IOException {
        Path path = directory.resolve("value");
        try (SlotFile file = SlotFile.create(path, new byte[] {0})) {
            for (byte value = 1; value < 6; value++) {
                file.write(new byte[] {value, value});
                assertArrayEquals(new byte[] {value, value}, read(path));
            }
        }
        assertEquals(Optional.empty(), SlotFile.open(directory.resolve("other")));
    }

    @Test
    void rotInEitherSlotDoesNotBringAnOlderValueBack() throws IOException {
        Path path = directory.resolve("value");
        try (SlotFile file = SlotFile.create(path, new byte[] {1})) {
            file.write(new byte[] {2});
        }
        byte[] whole = Files.readAllBytes(path);
        for (int slot = 0; slot < 2; slot++) {
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, slot * 4096, slot * 4096 + 64, (byte) 0xff);
            Files.write(path, damaged);
            assertArrayEquals(new byte[] {2}, read(path));
        }
    }

    @Test
    void aSlotThatRotsUnderAnOpenFileIsWrittenAnew() throws IOException {
        Path path = directory.resolve("value");
        try (SlotFile file = SlotFile.create(path, new byte[] {1})) {
            file.write(new byte[] {2});
            byte[] whole = Files.readAllBytes(path);
            for (int at : new int[] {0, 16, 4096, 4096 + 16}) {
                byte[] damaged = whole.clone();
                damaged[at] ^= 4;
                Files.write(path, damaged);

                assertEquals(1, file.scrub().repaired(), "byte " + at);

                assertArrayEquals(whole, Files.readAllBytes(path), "byte " + at);
            }
            assertEquals(0, file.scrub().found());
        }
    }

    @Test
    void refusesWhenNoSlotIsValid() throws IOException {
        Path path = directory.resolve("value");
        SlotFile.create(path, new byte[] {1}).close();
        Files.write(path, new byte[100]);

        assertThrows(NodeLogDamagedException.class, () -> SlotFile.open(path));
    }

    private static byte[] read(Path path) throws IOException {
        try (SlotFile file = SlotFile.open(path).orElseThrow()) {
            return file.value();
        }
    }
}
