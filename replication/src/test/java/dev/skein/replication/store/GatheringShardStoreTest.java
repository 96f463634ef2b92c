package dev.skein.replication.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class GatheringShardStoreTest extends ShardStoreContract {

    private final InMemoryShardStore below = new InMemoryShardStore();
    private final GatheringShardStore store = new GatheringShardStore(below);

    @Override
    ShardStore store() {
        return store;
    }

    @Test
    void givesNothingToTheStoreBelowUntilSomebodyLooks() {
        write("a", "1");
        write("a", "2");
        assertNull(below.get("a".getBytes()));
        assertArrayEquals("2".getBytes(), store.get("a".getBytes()));
        store.view().close();
        assertArrayEquals("2".getBytes(), below.get("a".getBytes()));
    }

    @Test
    void aGatheredRemovalHidesTheStoredRow() {
        write("a", "1");
        store.flush();
        store.write(change -> change.accept("a".getBytes(), null));
        assertNull(store.get("a".getBytes()));
        assertArrayEquals("1".getBytes(), below.get("a".getBytes()));
        store.flush();
        assertNull(below.get("a".getBytes()));
    }

    @Test
    void gathersALimitedNumberOfRows() {
        for (int i = 0; i < 4_096; i++) {
            assertEquals(0, stored());
            byte[] key = ByteBuffer.allocate(4).putInt(i).array();
            store.write(change -> change.accept(key, new byte[1]));
        }
        assertEquals(4_096, stored());
    }

    @Test
    void gathersALimitedNumberOfBytes() {
        store.write(change -> change.accept(new byte[1], new byte[1 << 20]));
        assertEquals(1, stored());
    }

    private int stored() {
        int count = 0;
        try (Cursor rows = below.ascending(new byte[0], new byte[] {(byte) 0xFF})) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    private void write(String key, String value) {
        store.write(change -> change.accept(key.getBytes(), value.getBytes()));
    }
}
