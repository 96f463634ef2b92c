package dev.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({"250ms, 250", "10s, 10000", "5m, 300000", "12h, 43200000", "7d, 604800000", "0ms, 0"})
    void readsAndWritesDurations(String text, long millis) {
        assertEquals(Optional.of(Duration.ofMillis(millis)), Units.duration(text));
        assertEquals(text, Units.text(Duration.ofMillis(millis)));
    }

    @ParameterizedTest
    @CsvSource({"0B, 0", "100B, 100", "256KiB, 262144", "64MiB, 67108864", "2GiB, 2147483648"})
    void readsAndWritesSizes(String text, long bytes) {
        assertEquals(Optional.of(bytes), Units.size(text));
        assertEquals(text, Units.text(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "ms", "-1s", "1.5s", "10 weeks", "99999999999999d", "1000000000000000000s"})
    void refusesWhatIsNoDuration(String text) {
        assertEquals(Optional.empty(), Units.duration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "64MB", "64mib", "-1B", "1.5MiB", "999999999999999TiB"})
    void refusesWhatIsNoSize(String text) {
        assertEquals(Optional.empty(), Units.size(text));
    }

    @Test
    void writesTheShortestExactForm() {
        assertEquals("90s", Units.text(Duration.ofSeconds(90)));
        assertEquals("1536MiB", Units.text(1536L << 20));
    }
}
