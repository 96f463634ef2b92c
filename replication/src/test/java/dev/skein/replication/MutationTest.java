package dev.skein.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MutationTest {

    @Test
    void noneIsOnWhereNobodyCanSwitchOneOn() {
        for (Mutation mutation : Mutation.values()) {
            assertFalse(mutation.isOn(), mutation.word());
            assertFalse(mutation.isOnTheTime(1), mutation.word());
        }
    }

    @Test
    void eachIsFoundByItsWord() {
        for (Mutation mutation : Mutation.values()) {
            assertEquals(mutation, Mutation.named(mutation.word()));
        }
        String text = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Mutation.named("typo"))
                .getMessage());
        assertTrue(text.startsWith("mutation: typo (expected: one of log-not-synced, "), text);
    }
}
