package dev.skein.systemtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {

    private static final int WRITTEN = 5_000;

    @TempDir
    private Path folder;

    @Test
    void cutsWithinWhatWasWritten() throws IOException {
        Path log = preallocated("00000001.log");

        assertTrue(DataFiles.cutNewest(folder, new Random(1), 4).isPresent());

        assertTrue(Files.size(log) <= WRITTEN * 3 / 4, Files.size(log) + " bytes");
    }

    @Test
    void tearsTheLastBytesOff() throws IOException {
        Path log = preallocated("00000001.log");

        assertTrue(DataFiles.cutNewest(folder, new Random(1), 0).isPresent());

        assertTrue(Files.size(log) < WRITTEN && Files.size(log) >= WRITTEN / 2, Files.size(log) + " bytes");
    }

    @Test
    void flipsOneBitOfWhatWasWritten() throws IOException {
        Path log = preallocated("00000001.log");
        byte[] before = Files.readAllBytes(log);

        assertTrue(DataFiles.flipOne(folder, ".log", new Random(1)).isPresent());

        byte[] after = Files.readAllBytes(log);
        int at = Arrays.mismatch(before, after);
        assertTrue(at >= 0 && at < WRITTEN, "at " + at);
        assertEquals(1, Integer.bitCount((before[at] ^ after[at]) & 0xff));
        before[at] = after[at];
        assertEquals(-1, Arrays.mismatch(before, after));
    }

    @Test
    void saysThatThereIsNothingToHurt() throws IOException {
        assertFalse(DataFiles.flipOne(folder, ".sst", new Random(1)).isPresent());
        assertFalse(
                DataFiles.removeOne(folder.resolve("none"), "", new Random(1)).isPresent());
    }

    private Path preallocated(String name) throws IOException {
        byte[] bytes = new byte[2 * WRITTEN];
        Arrays.fill(bytes, 0, WRITTEN, (byte) 7);
        return Files.write(folder.resolve(name), bytes);
    }
}
