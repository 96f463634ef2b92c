package dev.skein.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShardIdTest {

    @Test
    void readsWhatItWrites() {
        ShardId shard = new ShardId("chat", 17);

        assertEquals("chat/17", shard.group());
        assertEquals(shard, ShardId.parse("chat/17"));
    }

    @Test
    void refusesWhatIsNoShard() {
        for (String bad : List.of("", "chat", "/1", "chat/", "chat/x", "chat/-1", "Chat/1")) {
            assertThrows(IllegalArgumentException.class, () -> ShardId.parse(bad), bad);
        }
    }

    @Test
    void sortsByNumberNotByText() {
        assertTrue(new ShardId("chat", 9).compareTo(new ShardId("chat", 10)) < 0);
    }
}
