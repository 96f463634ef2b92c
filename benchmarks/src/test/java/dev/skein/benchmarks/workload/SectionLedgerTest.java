package dev.skein.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.benchmarks.workload.SectionLedger.Span;
import org.junit.jupiter.api.Test;

class SectionLedgerTest {

    private final SectionLedger ledger = new SectionLedger();

    @Test
    void tellsWhatBecameOfEachSection() {
        for (int i = 0; i < 5; i++) {
            assertEquals(i, ledger.sending(System.nanoTime()));
        }
        ledger.taken(0);
        ledger.refused(1, "OVERLOADED", 100);
        ledger.refused(2, "OVERLOADED", 0);
        ledger.refused(3, "NO_LEADER", 50);
        Span span = ledger.span(0, 5);
        assertEquals(5, span.sections());
        assertEquals(1, span.taken());
        assertEquals(1, span.refused());
        assertEquals(2, span.refusedOtherwise());
        assertEquals(4, ledger.answeredCount());
        assertTrue(ledger.isTaken(0));
        assertFalse(ledger.isTaken(1));
        assertFalse(ledger.isTaken(4));
        assertFalse(ledger.isTaken(5));
    }

    @Test
    void namesTheReasonsOfRefusals() {
        assertEquals("", ledger.refusals());
        ledger.sending(0);
        ledger.sending(0);
        ledger.refused(0, "OVERLOADED", 100);
        ledger.refused(1, "OVERLOADED", 50);
        assertEquals("sections refused: OVERLOADED 2 (retry after at most 100 ms)", ledger.refusals());
    }

    @Test
    void latencyCountsFromTheIntendedTime() {
        ledger.sending(System.nanoTime() - 80_000_000);
        ledger.taken(0);
        assertTrue(ledger.span(0, 1).percentile(1) >= 80);
    }

    @Test
    void aSectionThatWasNotSentLeavesItsNumberToTheNext() {
        ledger.sending(1);
        ledger.notSent();
        assertEquals(0, ledger.sending(2));
        assertEquals(1, ledger.sentCount());
    }

    @Test
    void keepsMoreSectionsThanItBeganWith() {
        for (int i = 0; i < 10_000; i++) {
            ledger.sending(i);
        }
        ledger.taken(9_999);
        assertEquals(1, ledger.span(0, 10_000).taken());
        assertEquals(4_000, ledger.firstSince(10, 4_000));
    }
}
