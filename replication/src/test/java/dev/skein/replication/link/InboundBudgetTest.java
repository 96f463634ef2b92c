package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class InboundBudgetTest {

    private final InboundBudget budget = new InboundBudget(1_000);

    @Test
    void refusesWhatDoesNotFitUntilRoomIsMade() {
        assertTrue(budget.admit(500));
        assertFalse(budget.admit(500));
        budget.release(500);
        assertTrue(budget.admit(500));
    }

    @Test
    void aLargeRequestFitsAlone() {
        assertTrue(budget.admit(5_000));
        assertFalse(budget.admit(1));
    }
}
