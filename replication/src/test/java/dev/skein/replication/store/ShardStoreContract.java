package dev.skein.replication.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every shard store does. */
abstract class ShardStoreContract {

    abstract ShardStore store();

    @Test
    void returnsWhatWasWritten() {
        put(store(), "a", "1");
        assertArrayEquals("1".getBytes(), store().get(key("a")));
        assertNull(store().get(key("b")));
    }

    @Test
    void removesRowsAndKeepsEmptyValues() {
        put(store(), "a", "1");
        put(store(), "b", "");
        store().write(change -> change.accept(key("a"), null));
        assertNull(store().get(key("a")));
        assertNotNull(store().get(key("b")));
    }

    @Test
    void walksARangeBothWays() {
        for (String name : List.of("a", "b", "ba", "c", "d")) {
            put(store(), name, name);
        }
        assertEquals(List.of("b", "ba", "c"), keys(store().ascending(key("b"), key("d"))));
        assertEquals(List.of("c", "ba", "b"), keys(store().descending(key("b"), key("d"))));
        assertEquals(List.of(), keys(store().ascending(key("e"), key("z"))));
        assertEquals(List.of(), keys(store().descending(key("z"), key("e"))));
    }

    @Test
    void ordersKeysByUnsignedBytes() {
        store().write(change -> {
            change.accept(new byte[] {(byte) 0x80}, key("high"));
            change.accept(new byte[] {0x7F}, key("low"));
        });
        List<String> values = new ArrayList<>();
        try (Cursor rows = store().ascending(new byte[] {0}, new byte[] {(byte) 0xFF})) {
            while (rows.next()) {
                values.add(new String(rows.value()));
            }
        }
        assertEquals(List.of("low", "high"), values);
    }

    @Test
    void viewStaysAsItWas() {
        put(store(), "a", "1");
        try (StoreView view = store().view()) {
            put(store(), "a", "2");
            put(store(), "b", "2");
            assertArrayEquals("1".getBytes(), view.get(key("a")));
            assertEquals(List.of("a"), keys(view.ascending(key("a"), key("z"))));
            assertEquals(List.of("a"), keys(view.descending(key("a"), key("z"))));
            store().clear();
            assertArrayEquals("1".getBytes(), view.get(key("a")));
        }
    }

    @Test
    void clearRemovesEverything() {
        put(store(), "a", "1");
        store().write(change -> change.accept(new byte[] {(byte) 0xFF, (byte) 0xFF}, key("last")));
        store().clear();
        assertEquals(List.of(), keys(store().ascending(new byte[0], new byte[] {(byte) 0xFF, (byte) 0xFF, 0})));
        put(store(), "a", "2");
        assertArrayEquals("2".getBytes(), store().get(key("a")));
    }

    @Test
    void agreesWithASortedMapOverManyRandomWrites() {
        Random random = new Random(7);
        TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        for (int round = 0; round < 300; round++) {
            Map<byte[], byte[]> batch = new TreeMap<>(Arrays::compareUnsigned);
            for (int i = 0; i < 5; i++) {
                batch.put(key("k" + random.nextInt(50)), random.nextBoolean() ? key("v" + round) : null);
            }
            store().write(batch::forEach);
            batch.forEach((key, value) -> {
                if (value == null) {
                    model.remove(key);
                } else {
                    model.put(key, value);
                }
            });
            byte[] from = key("k" + random.nextInt(50));
            byte[] to = key("k" + random.nextInt(50));
            if (Arrays.compareUnsigned(from, to) < 0) {
                List<String> expected = model.subMap(from, to).keySet().stream()
                        .map(String::new)
                        .toList();
                assertEquals(expected, keys(store().ascending(from, to)));
            }
        }
    }

    static void put(ShardStore store, String key, String value) {
        store.write(change -> change.accept(key(key), key(value)));
    }

    static byte[] key(String text) {
        return text.getBytes();
    }

    static List<String> keys(Cursor cursor) {
        List<String> keys = new ArrayList<>();
        try (cursor) {
            while (cursor.next()) {
                keys.add(new String(cursor.key()));
            }
        }
        return keys;
    }
}
