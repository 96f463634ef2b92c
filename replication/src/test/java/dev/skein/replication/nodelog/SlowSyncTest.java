package dev.skein.replication.nodelog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlowSyncTest {

    @Test
    void nothingIsAddedUnlessAskedFor() {
        assertEquals(0, SlowSync.nanos(""));
        assertEquals(0, SlowSync.nanos("0"));
    }

    @Test
    void takesMicroseconds() {
        assertEquals(2_000_000, SlowSync.nanos("2000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "2ms", "1000001", "99999999999"})
    void refusesWhatIsNoSensibleTime(String text) {
        var refused = assertThrows(IllegalArgumentException.class, () -> SlowSync.nanos(text));
        assertEquals(
                "skein.nodelog.slowSyncMicros: " + text + " (expected: 0 to 1000000 microseconds)",
                refused.getMessage());
    }

    @Test
    void aPauseIsNeverShorterThanAskedFor() {
        long start = System.nanoTime();
        SlowSync.pause(2_000_000);
        assertTrue(System.nanoTime() - start >= 2_000_000);
    }
}
