package dev.skein.replication.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class EntrySpacingTest {

    private final EntrySpacing spacing = new EntrySpacing();
    private long now = 1L << 40;

    @Test
    void anIdleShardsEntriesFollowEachOtherClosely() {
        commits(100, 80);
        assertTrue(distance() <= EntrySpacing.NANOS_MIN * 3 / 2, "a far quorum alone is no load");
    }

    @Test
    void whatLoadAddsToACommitMovesEntriesApart() {
        commits(20, 2);
        commits(100, 10);
        long distance = distance();
        assertTrue(distance >= TimeUnit.MILLISECONDS.toNanos(2), "" + distance);
        commits(1_000, 400);
        assertTrue(distance() <= EntrySpacing.NANOS_MAX * 3 / 2, "there is a limit");
    }

    @Test
    void aSlowerWayIsTakenAsSuchAfterAWhile() {
        commits(20, 2);
        commits(100, 80);
        assertEquals(EntrySpacing.NANOS_MAX, distance(), EntrySpacing.NANOS_MAX / 2.0, "load, for all one knows");
        now += EntrySpacing.WINDOW_NANOS;
        commits(100, 80);
        now += EntrySpacing.WINDOW_NANOS;
        commits(100, 80);
        assertTrue(distance() <= EntrySpacing.NANOS_MIN * 3 / 2, "" + distance());
    }

    @Test
    void shardsMeetAtTheSameMoments() {
        commits(20, 2);
        commits(100, 400);
        long one = spacing.next(1_000_000_000L);
        assertEquals(one, spacing.next(1_000_000_000L + 100_000));
        assertTrue(spacing.next(one) > one);
    }

    private void commits(int count, long millis) {
        for (int i = 0; i < count; i++) {
            now += TimeUnit.MILLISECONDS.toNanos(millis);
            spacing.committed(TimeUnit.MILLISECONDS.toNanos(millis), now);
        }
    }

    private long distance() {
        return spacing.next(now) - now;
    }
}
