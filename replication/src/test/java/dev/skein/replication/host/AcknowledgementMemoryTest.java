package dev.skein.replication.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.core.NodeId;
import dev.skein.replication.group.ShardLog.Acknowledged;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AcknowledgementMemoryTest {

    private static final NodeId NODE = new NodeId("a");
    private static final long WHILE = AcknowledgementMemory.SETTLED_NANOS;

    private final AcknowledgementMemory memory = new AcknowledgementMemory();

    private static Acknowledged upTo(long incarnation, long index) {
        return new Acknowledged(incarnation, 3, index, index);
    }

    @Test
    void whatANodeJustSaidIsNotHeldAgainstIt() {
        memory.saw(NODE, "g", upTo(1, 10), 0);
        memory.saw(NODE, "g", upTo(1, 20), WHILE - 1);

        assertEquals(Map.of(), memory.of(NODE));
    }

    @Test
    void whatItLivedWithForAWhileIs() {
        memory.saw(NODE, "g", upTo(1, 10), 0);
        memory.saw(NODE, "g", upTo(1, 20), WHILE);
        assertEquals(Map.of("g", upTo(1, 10)), memory.of(NODE));

        memory.saw(NODE, "g", upTo(1, 30), 2 * WHILE - 1);
        assertEquals(Map.of("g", upTo(1, 10)), memory.of(NODE));
        memory.saw(NODE, "g", upTo(1, 30), 2 * WHILE);
        assertEquals(Map.of("g", upTo(1, 20)), memory.of(NODE));
        assertEquals(Map.of(), memory.of(new NodeId("b")));
    }

    @Test
    void anotherStorageBeginsAnew() {
        memory.saw(NODE, "g", upTo(1, 10), 0);
        memory.saw(NODE, "g", upTo(1, 20), WHILE);
        memory.saw(NODE, "g", upTo(2, 5), 2 * WHILE);

        assertEquals(Map.of(), memory.of(NODE));
    }

    @Test
    void groupsThatAreGoneAreForgotten() {
        memory.saw(NODE, "g", upTo(1, 10), 0);
        memory.saw(NODE, "g", upTo(1, 20), WHILE);

        memory.keep(group -> false);

        assertEquals(Map.of(), memory.of(NODE));
    }
}
