package dev.skein.systemtests.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.skein.client.Payload;
import org.junit.jupiter.api.Test;

class IdentityTest {

    @Test
    void readsTheIdBackFromAPayload() {
        assertEquals(0, Identity.idIn(Payload.of(Identity.payload(0, "Zoë", "#17 is not it"))));
        assertEquals(118_144, Identity.idIn(Payload.of(Identity.payload(118_144, "", ""))));
    }

    @Test
    void findsNoIdInForeignPayloads() {
        assertEquals(-1, Identity.idIn(Payload.empty()));
        assertEquals(-1, Identity.idIn(Payload.of("hello")));
        assertEquals(-1, Identity.idIn(Payload.of("#99999999999999999999 x")));
    }

    @Test
    void tellsProducersSequencesAndShardsApart() {
        Payload one = Payload.of(new byte[] {1, 2, 3, 4});
        Payload other = Payload.of(new byte[] {1, 2, 3, 5});

        long identity = Identity.producer(one, 7, 3);
        assertEquals(identity, Identity.producer(one, 7, 3));
        assertNotEquals(identity, Identity.producer(other, 7, 3));
        assertNotEquals(identity, Identity.producer(one, 8, 3));
        assertNotEquals(identity, Identity.producer(one, 7, 4));
        assertEquals(0, Identity.producer(Payload.empty(), 7, 3));
    }
}
