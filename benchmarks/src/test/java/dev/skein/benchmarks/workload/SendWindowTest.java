package dev.skein.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SendWindowTest {

    private static final long TURN = 50_000_000;

    @Test
    void growsWithTheRateOfAnswersUpToItsLimit() {
        assertEquals(100_000, after(100, 10_000_000));
    }

    @Test
    void holdsAQuarterOfASecondOfAnswers() {
        assertEquals(25_000, after(200, 100_000), 1_000);
    }

    @Test
    void staysAtItsSmallestWhenNothingIsAnswered() {
        assertEquals(1_000, after(100, 0));
    }

    @Test
    void shrinksAgainWhenTheSystemSlowsDown() {
        SendWindow window = new SendWindow(1_000, 100_000, 0);
        long now = 0;
        long acked = 0;
        for (int turn = 0; turn < 100; turn++) {
            now += TURN;
            acked += 10_000;
            long count = acked;
            window.size(now, () -> count);
        }
        long stuck = acked;
        int size = 0;
        for (int turn = 0; turn < 20; turn++) {
            now += TURN;
            size = window.size(now, () -> stuck);
        }
        assertEquals(1_000, size);
    }

    @Test
    void changesOnlyOnceATurn() {
        SendWindow window = new SendWindow(1_000, 100_000, 0);
        assertEquals(1_000, window.size(TURN - 1, () -> 1_000_000));
        assertTrue(window.size(TURN, () -> 1_000_000) > 1_000);
    }

    private static int after(int turns, long ratePerSecond) {
        SendWindow window = new SendWindow(1_000, 100_000, 0);
        int size = 0;
        for (int turn = 1; turn <= turns; turn++) {
            long acked = ratePerSecond * turn / 20;
            size = window.size(turn * TURN, () -> acked);
        }
        return size;
    }
}
