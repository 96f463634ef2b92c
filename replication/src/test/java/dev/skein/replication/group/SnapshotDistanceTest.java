package dev.skein.replication.group;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SnapshotDistanceTest {

    private final SnapshotDistance distance = new SnapshotDistance(1_000, 10_000);

    @Test
    void isReachedByBytesOrEntriesAndBeginsAnew() {
        distance.applied(9_999);
        assertFalse(distance.takeIfDue());
        distance.applied(1);
        assertTrue(distance.takeIfDue());
        assertFalse(distance.takeIfDue());
        for (int i = 0; i < 1_000; i++) {
            distance.applied(1);
        }
        assertTrue(distance.takeIfDue());
    }

    @Test
    void growsWithWhatASnapshotCosts() {
        distance.written(5_000);
        distance.applied(39_999);
        assertFalse(distance.takeIfDue(), "a snapshot of 5,000 bytes for less than 40,000");
        distance.applied(1);
        assertTrue(distance.takeIfDue());
        distance.written(100);
        distance.applied(10_000);
        assertTrue(distance.takeIfDue(), "a small snapshot does not shorten the distance below the configured one");
    }
}
