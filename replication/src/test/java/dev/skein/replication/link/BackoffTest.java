package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void pausesGrowToASecondAndStartAnewAfterSuccess() {
        Backoff backoff = new Backoff(new Random(1));
        assertBetween(25, 50, backoff.nextMillis());
        assertBetween(50, 100, backoff.nextMillis());
        for (int i = 0; i < 50; i++) {
            backoff.nextMillis();
        }
        assertBetween(500, 1_000, backoff.nextMillis());
        backoff.reset();
        assertBetween(25, 50, backoff.nextMillis());
    }

    private static void assertBetween(long low, long high, long value) {
        assertTrue(low <= value && value <= high, value + " in " + low + ".." + high);
    }
}
