package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HeartbeatSchedulerTest {

    private long nowMillis;
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(0);
    private final HeartbeatScheduler scheduler =
            new HeartbeatScheduler(threads, Set.of(millis(250), millis(430)), () -> millis(nowMillis));

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"250, 1000, 250", "250, 1001, 249", "250, 1249, 1", "248, 1075, 175", "430, 4400, 330", "428, 4729, 1"})
    void aHeartbeatIsDueAtTheNextMultipleOfItsInterval(long delayMillis, long now, long expectedMillis) {
        assertEquals(millis(expectedMillis), firstNanos(delayMillis, now));
    }

    @Test
    void groupsWhoseAnswersCameAtDifferentTimesSendTogether() {
        assertEquals(millis(10_003) + firstNanos(250, 10_003), millis(10_197) + firstNanos(249, 10_197));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 100, 225, 251, 500, 860, 5_000})
    void otherDelaysAreKept(long delayMillis) {
        assertEquals(millis(delayMillis), firstNanos(delayMillis, 10_003));
    }

    private long firstNanos(long delayMillis, long now) {
        nowMillis = now;
        return scheduler.firstNanos(millis(delayMillis));
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
