package dev.skein.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryTest {

    @Test
    void readsTheLastLineOfAClassHistogram() {
        String histogram = " num     #instances         #bytes  class name\n"
                + "   1:         32001        4000128  [B (java.base@17)\n"
                + "Total        640017       51200136\n";
        assertEquals(51_200_136, Memory.total(histogram));
    }

    @Test
    void saysNothingOfAHeapThatItCannotSee() {
        assertTrue(Double.isNaN(Memory.total("1: Unable to open socket file\n")));
    }

    @Test
    void seesTheHeapOfThisProcess() throws IOException {
        Memory memory = Memory.of(List.of(ProcessHandle.current().pid()));
        assertTrue(memory.heapBytes().orElse(0) > 0);
    }
}
