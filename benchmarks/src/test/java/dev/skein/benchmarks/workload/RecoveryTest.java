package dev.skein.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Sections are answered the moment they are noted, so that their latency is how far in the past they were intended. */
class RecoveryTest {

    private static final long MILLI = 1_000_000;
    private static final long SLICE = 250 * MILLI;
    private static final double NORMAL_MILLIS = 1_000_000;

    private final SectionLedger ledger = new SectionLedger();
    private final Recovery recovery = new Recovery(ledger, NORMAL_MILLIS);
    private final long end = System.nanoTime() - 8 * SLICE;

    @Test
    void beginsWithTheFirstOfThreeNormalSlices() {
        slice(0, false);
        slice(1, true);
        slice(2, false);
        slice(3, true);
        slice(4, true);
        slice(5, true);
        assertEquals(OptionalDouble.of(0.75), seconds());
    }

    @Test
    void isNotOverWhileASliceIsMissing() {
        slice(0, true);
        slice(1, true);
        slice(3, true);
        slice(4, true);
        assertEquals(OptionalDouble.empty(), seconds());
    }

    @Test
    void slowAnswersAreNotNormal() {
        Recovery strict = new Recovery(ledger, -100_000);
        slice(0, true);
        slice(1, true);
        slice(2, true);
        assertEquals(OptionalDouble.empty(), strict.seconds(0, end, end + 7 * SLICE));
    }

    private OptionalDouble seconds() {
        return recovery.seconds(0, end, end + 7 * SLICE);
    }

    private void slice(int number, boolean taken) {
        for (int i = 0; i < 3; i++) {
            int section = ledger.sending(end + number * SLICE + i * MILLI);
            if (taken || i != 1) {
                ledger.taken(section);
            } else {
                ledger.refused(section, "OVERLOADED", 50);
            }
        }
    }
}
