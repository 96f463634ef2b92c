package dev.skein.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ChannelHashTest {

    @Test
    void neverChanges() {
        assertEquals(0, ChannelHash.shardOf("default:room", 1));
        assertEquals(7, ChannelHash.shardOf("default:room", 24));
        assertEquals(1, ChannelHash.shardOf("chat:süß", 24));
    }

    @Test
    void spreadsNumberedNamesEvenly() {
        int[] count = new int[24];
        for (int i = 0; i < 24_000; i++) {
            count[ChannelHash.shardOf("chat:room-" + i, 24)]++;
        }
        for (int shard = 0; shard < 24; shard++) {
            assertTrue(count[shard] > 850 && count[shard] < 1150, "shard " + shard + " has " + count[shard]);
        }
    }

    @Test
    void refusesAnEmptyPool() {
        assertThrows(IllegalArgumentException.class, () -> ChannelHash.shardOf("a:b", 0));
    }
}
