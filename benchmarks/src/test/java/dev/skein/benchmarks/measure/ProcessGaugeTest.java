package dev.skein.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessGaugeTest {

    @TempDir
    private Path folder = Path.of("");

    private ProcessGauge gauge = new ProcessGauge(0);

    @BeforeEach
    void makeGauge() {
        gauge = new ProcessGauge(folder);
    }

    @Test
    void addsUserAndSystemTimeEvenWhenTheCommandHasBracketsAndSpaces() throws IOException {
        Files.writeString(folder.resolve("stat"), "7 (a (b) c) S 1 7 7 0 -1 0 10 0 0 0 250 150 0 0 20 0 9 0 5 6 7");
        assertEquals(4.0, gauge.cpuSeconds());
    }

    @Test
    void readsMemoryInKibibytesAndWritesInBytes() throws IOException {
        Files.writeString(folder.resolve("status"), "Name:\tx\nVmHWM:\t  9000 kB\nVmRSS:\t    2048 kB\n");
        Files.writeString(folder.resolve("io"), "wchar: 5\nwrite_bytes: 4096\ncancelled_write_bytes: 1\n");
        assertEquals(2 << 20, gauge.residentBytes());
        assertEquals(4096, gauge.writtenBytes());
    }

    @Test
    void tellsNothingOfAProcessThatIsGone() {
        assertEquals(0, gauge.cpuSeconds());
        assertEquals(0, gauge.residentBytes());
    }
}
