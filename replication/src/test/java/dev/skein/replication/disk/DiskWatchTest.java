package dev.skein.replication.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import dev.skein.replication.DiskReport.Condition;
import dev.skein.replication.DiskRules;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The watch on virtual time; its own thread is never started. */
class DiskWatchTest {

    private final DiskRules rules = new DiskRules(Duration.ofSeconds(1), Duration.ofSeconds(30), 1_000);
    private final MetricRegistry metrics = new MetricRegistry();
    private long nowMillis = 1_000;
    private OptionalLong busySince = OptionalLong.empty();
    private long freeBytes = 10_000;
    private final DiskWatch watch = new DiskWatch(
            "us-a",
            rules,
            () -> busySince,
            OptionalLong::empty,
            () -> OptionalLong.of(freeBytes),
            new TimeSource() {
                @Override
                public long wallMillis() {
                    return nowMillis;
                }

                @Override
                public long nanoTime() {
                    return TimeUnit.MILLISECONDS.toNanos(nowMillis);
                }
            },
            metrics);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void aStallClosesTheDoorFirstAndFallsSilentWhenLeadershipsHadTimeToGo() {
        begin();
        look(1_050);
        assertEquals(Condition.STALLED, watch.report().condition());
        assertEquals(1, metrics.counter("disk.stalls").getCount());
        assertFalse(watch.takesRequests());
        assertFalse(watch.mayStand());
        assertFalse(watch.wantsLeadership());
        assertTrue(watch.mayLead(), "acknowledgements and the word to the heir are under way");
        look(350);
        assertFalse(watch.mayLead());
    }

    @Test
    void afterTheStallItTakesRequestsAtOnceStandsSoonAndLeadsLater() {
        begin();
        look(2_000);
        busySince = OptionalLong.empty();
        look(50);
        assertEquals(Condition.RECOVERING, watch.report().condition());
        assertTrue(watch.takesRequests());
        assertTrue(watch.mayLead());
        assertFalse(watch.mayStand());
        look(1_000);
        assertTrue(watch.mayStand());
        assertFalse(watch.wantsLeadership());
        look(4_000);
        assertTrue(watch.wantsLeadership());
        assertEquals("", watch.report().text());
    }

    @Test
    void littleRoomIsToldInBytes() {
        freeBytes = 900;
        look(50);
        assertEquals(Condition.LOW, watch.report().condition());
        assertEquals("bytes free: 900 (expected: at least 1500)", watch.report().text());
        assertFalse(watch.hasRoom());
        assertFalse(watch.wantsLeadership());
        assertTrue(watch.takesEntries());
        freeBytes = 100;
        look(50);
        assertFalse(watch.takesEntries());
        assertEquals(Condition.FULL, watch.report().condition());
        freeBytes = 2_000;
        look(50);
        assertTrue(watch.takesEntries());
        assertTrue(watch.wantsLeadership());
    }

    private void begin() {
        busySince = OptionalLong.of(TimeUnit.MILLISECONDS.toNanos(nowMillis));
    }

    private void look(long millis) {
        for (long end = nowMillis + millis; nowMillis < end; ) {
            nowMillis += 50;
            watch.tick();
        }
    }
}
