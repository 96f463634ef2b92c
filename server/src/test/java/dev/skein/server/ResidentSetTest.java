package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResidentSetTest {

    @Test
    void readsTheLineOfTheResidentSet() {
        assertEquals(
                250_000L * 1024,
                ResidentSet.parse(List.of("VmHWM:\t  300000 kB", "VmRSS:\t  250000 kB", "Threads:\t9")));
    }

    @Test
    void isZeroWhereItIsNotTold() {
        assertEquals(0, ResidentSet.parse(List.of("Name:\tjava", "VmRSS:")));
    }
}
