package dev.skein.replication.nodelog;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskProbeTest {

    @TempDir
    Path directory;

    private final AtomicLong logTurns = new AtomicLong();
    private final List<IOException> failures = new CopyOnWriteArrayList<>();

    @BeforeEach
    void allowFaults() throws IOException {
        Files.createFile(directory.resolve("identity"));
        System.setProperty(DiskFault.PROPERTY, "true");
    }

    @AfterEach
    void forbidFaults() {
        System.clearProperty(DiskFault.PROPERTY);
    }

    @Test
    void showsSinceWhenTheDiskStandsStillAndThatItGoesOn() throws IOException {
        try (DiskProbe probe = started(Long.MAX_VALUE)) {
            eventually("the room is known", () -> probe.freeBytes().isPresent());
            word("stall");
            eventually("a write stands still", () -> probe.busySince().isPresent());
            long since = probe.busySince().getAsLong();
            eventually("it stands still for a while", () -> System.nanoTime() - since > 700_000_000L);
            assertEquals(since, probe.busySince().getAsLong(), "it is the same write");
            word("");
            eventually("it goes on", () -> probe.busySince().isEmpty());
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void tellsAFailedSyncOnceAndEnds() throws IOException {
        word("fail-sync");
        try (DiskProbe probe = started(Long.MAX_VALUE)) {
            eventually("told", () -> failures.size() == 1);
            assertTrue(probe.busySince().isEmpty());
        }
    }

    @Test
    void makesTheReserveWhenThereIsRoomAndLetsGoOfItWhenThereIsNone() throws IOException {
        Path reserve = directory.resolve("ballast");
        word("free=1000");
        try (DiskProbe probe = started(2_000)) {
            eventually("the room is known", () -> probe.freeBytes().orElse(0) == 1_000);
            assertFalse(Files.exists(reserve));
            word("free=2000");
            eventually("the reserve is there", () -> size(reserve) == Ballast.BYTES);
        }
        word("free=" + Ballast.BYTES);
        new Ballast(directory).releaseIfShort();
        assertTrue(Files.exists(reserve), "this disk isn't full");
        word("free=" + (Ballast.BYTES - 1));
        new Ballast(directory).releaseIfShort();
        assertFalse(Files.exists(reserve), "a start needs that room");
    }

    private DiskProbe started(long roomForBallast) {
        DiskProbe probe = new DiskProbe(directory, logTurns::get, roomForBallast, TimeSource.system(), failures::add);
        probe.start();
        return probe;
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : -1;
        } catch (IOException gone) {
            return -1;
        }
    }

    private void word(String word) throws IOException {
        Files.writeString(directory.resolve(DiskFault.FILE), word);
    }
}
