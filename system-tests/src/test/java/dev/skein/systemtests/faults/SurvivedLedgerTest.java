package dev.skein.systemtests.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SurvivedLedgerTest {

    @Test
    void addsUpWhatTheRowsSay() {
        String text = SurvivedLedger.text(List.of(
                "| 2026-01-01 | random | 1 | close | 3 | 120 | 9 | 4 | cut-node 2, kill-node 3 | 1000 | 900 |",
                "| 2026-01-02 | pause | 2 | global | 3 | 60 | 4 | 2 | kill-node 1 | 500 | 1200 |"));

        assertTrue(text.contains("| runs | 2 |"), text);
        assertTrue(text.contains("| minutes of traffic | 3 |"), text);
        assertTrue(text.contains("| rounds, of them with faults at the same time | 13, 6 |"), text);
        assertTrue(text.contains("| faults | 6 |"), text);
        assertTrue(text.contains("| operations checked | 1500 |"), text);
        assertTrue(text.contains("| longest gap, ms | 1200 |"), text);
        assertTrue(text.contains("| by kind | cut-node 2, kill-node 4 |"), text);
    }
}
