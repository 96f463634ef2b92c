package dev.skein.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SilenceTest {

    private final Silence silence = new Silence();

    @Test
    void remembersTheLongestPauseBetweenAnswers() {
        silence.reset(0);
        silence.answered(1, 10);
        silence.answered(2, 500);
        silence.answered(3, 520);
        assertEquals(490, silence.longestNanos(530));
    }

    @Test
    void countsASilenceThatStillLasts() {
        silence.reset(100);
        assertEquals(900, silence.longestNanos(1_000));
    }

    @Test
    void isNotOverWhenOnlyOlderMessagesAreAnswered() {
        silence.reset(100);
        silence.answered(99, 110);
        assertFalse(silence.isOver(100));
        silence.answered(101, 200);
        assertTrue(silence.isOver(100));
    }
}
