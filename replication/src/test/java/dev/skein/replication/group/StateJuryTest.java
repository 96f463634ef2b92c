package dev.skein.replication.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.NodeId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateJuryTest {

    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private final StateJury jury = new StateJury();

    @Test
    void equalStatesAreCompared() {
        jury.hear(B, Map.of(10L, 1L, 20L, 2L));
        jury.hear(C, Map.of(20L, 2L));

        StateJury.Verdict verdict = jury.judge(Map.of(10L, 1L, 20L, 2L, 30L, 3L), List.of(B, C));

        assertEquals(3, verdict.compared());
        assertTrue(verdict.difference().isEmpty());
    }

    @Test
    void twoOfThreeAgainstThisOneAreMost() {
        jury.hear(B, Map.of(10L, 1L, 20L, 7L));
        jury.hear(C, Map.of(20L, 7L));

        StateJury.Difference difference =
                jury.judge(Map.of(10L, 1L, 20L, 2L), List.of(B, C)).difference().orElseThrow();

        assertTrue(difference.isMost());
        assertEquals("state differs from 2 of 3 replicas at index 20: digest 2 (expected: 7)", difference.text());
    }

    @Test
    void oneOfThreeIsNotMostHoweverManyHaveNotSpoken() {
        jury.hear(B, Map.of(20L, 7L));

        assertFalse(jury.judge(Map.of(20L, 2L), List.of(B, C))
                .difference()
                .orElseThrow()
                .isMost());
    }

    @Test
    void threeThatAllDifferCondemnNobody() {
        jury.hear(B, Map.of(20L, 7L));
        jury.hear(C, Map.of(20L, 8L));

        assertFalse(jury.judge(Map.of(20L, 2L), List.of(B, C))
                .difference()
                .orElseThrow()
                .isMost());
    }

    @Test
    void oneThatAgreesDoesNotOutweighAMajorityOfFive() {
        NodeId d = new NodeId("d");
        NodeId e = new NodeId("e");
        jury.hear(B, Map.of(20L, 2L));
        jury.hear(C, Map.of(20L, 7L));
        jury.hear(d, Map.of(20L, 7L));
        jury.hear(e, Map.of(20L, 7L));

        assertTrue(jury.judge(Map.of(20L, 2L), List.of(B, C, d, e))
                .difference()
                .orElseThrow()
                .isMost());
    }

    @Test
    void whoIsNoReplicaAnyMoreHasNoSay() {
        jury.hear(B, Map.of(20L, 7L));
        jury.hear(C, Map.of(20L, 7L));

        assertTrue(jury.judge(Map.of(20L, 2L), List.of()).difference().isEmpty());
        assertTrue(jury.judge(Map.of(20L, 2L), List.of(B, C)).difference().isEmpty());
    }
}
