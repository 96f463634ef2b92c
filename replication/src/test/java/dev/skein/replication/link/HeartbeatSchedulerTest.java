package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HeartbeatSchedulerTest {

    @ParameterizedTest
    @CsvSource({"250, 1000, 250", "250, 1001, 249", "250, 1249, 1", "248, 1075, 175", "430, 4400, 100", "428, 4499, 1"})
    void isDueAtTheNextMultipleOfTheInterval(long delayMillis, long nowMillis, long expectedMillis) {
        assertEquals(millis(expectedMillis), HeartbeatScheduler.alignedNanos(millis(delayMillis), millis(nowMillis)));
    }

    @Test
    void groupsWhoseAnswersCameAtDifferentTimesSendTogether() {
        long first = 10_003 + HeartbeatScheduler.alignedNanos(millis(250), millis(10_003)) / 1_000_000;
        long second = 10_197 + HeartbeatScheduler.alignedNanos(millis(249), millis(10_197)) / 1_000_000;
        assertEquals(first, second);
    }

    @Test
    void longDelaysAndOverdueOnesAreKept() {
        assertEquals(millis(5_000), HeartbeatScheduler.alignedNanos(millis(5_000), millis(123)));
        assertEquals(0, HeartbeatScheduler.alignedNanos(0, millis(123)));
        assertEquals(-5, HeartbeatScheduler.alignedNanos(-5, millis(123)));
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
