package dev.skein.replication.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.ShardId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksStoreIT extends ShardStoreContract {

    private static final ShardId ONE = new ShardId("default", 1);
    private static final ShardId TWO = new ShardId("default", 2);

    @TempDir
    Path directory;

    private RocksStore rocks;
    private ShardStore store;

    @BeforeEach
    void open() {
        rocks = RocksStore.open(directory.resolve("store"));
        store = rocks.shardStore(ONE);
    }

    @AfterEach
    void close() {
        rocks.close();
    }

    @Override
    ShardStore store() {
        return store;
    }

    @Test
    void shardsDoNotSeeEachOther() {
        ShardStore other = rocks.shardStore(TWO);
        put(store, "a", "1");
        put(other, "a", "2");
        assertArrayEquals(key("1"), store.get(key("a")));
        other.clear();
        assertEquals(List.of("a"), keys(store.ascending(new byte[0], key("z"))));
        assertEquals(List.of(), keys(other.ascending(new byte[0], key("z"))));
    }

    @Test
    void keepsEverythingThroughAReopen() {
        put(store, "a", "1");
        rocks.close();
        open();
        assertArrayEquals(key("1"), store.get(key("a")));
    }

    @Test
    void aDroppedShardComesBackEmpty() {
        put(store, "a", "1");
        put(rocks.shardStore(TWO), "a", "2");
        rocks.drop(ONE);
        assertNull(rocks.shardStore(ONE).get(key("a")));
        assertArrayEquals(key("2"), rocks.shardStore(TWO).get(key("a")));
    }

    @Test
    void aCrashLeavesSomeEarlierWholeState() throws IOException {
        put(store, "a", "1");
        rocks.flush();
        store.write(change -> {
            change.accept(key("a"), key("2"));
            change.accept(key("b"), key("2"));
        });
        Path image = directory.resolve("image");
        copy(directory.resolve("store"), image);
        try (RocksStore crashed = RocksStore.open(image)) {
            ShardStore found = crashed.shardStore(ONE);
            assertArrayEquals(key("1"), found.get(key("a")));
            assertNull(found.get(key("b")));
        }
    }

    @Test
    void refusesUseAfterClose() {
        StoreView view = store.view();
        view.close();
        rocks.close();
        assertThrows(StoreException.class, () -> store.get(key("a")));
        assertThrows(StoreException.class, () -> store.view());
        assertThrows(StoreException.class, () -> rocks.shardStore(TWO));
        rocks.close();
    }

    @Test
    void saysThatItsFilesAreDamagedAndStartsEmptyAfterAWipe() throws IOException {
        put(store, "a", "1");
        rocks.close();
        Path path = directory.resolve("store");
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("MANIFEST"))
                    .toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 0x40;
                Files.write(file, bytes);
            }
        }
        StoreException damaged = assertThrows(StoreException.class, () -> RocksStore.open(path));
        assertTrue(damaged.damaged(), damaged.getMessage());
        RocksStore.wipe(path);
        open();
        assertNull(store.get(key("a")));
    }

    @Test
    void staysSmallUnderManyWrites() {
        Random random = new Random(1);
        byte[] value = new byte[200];
        for (int batch = 0; batch < 300; batch++) {
            store.write(change -> {
                for (int i = 0; i < 1000; i++) {
                    random.nextBytes(value);
                    change.accept(Long.toString(random.nextLong(), 36).getBytes(), value.clone());
                }
            });
        }
        long mebibytes = rocks.memoryBytes() >> 20;
        assertTrue(mebibytes <= 24, mebibytes + " MiB of native memory");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(f -> !f.getFileName().toString().equals("LOCK"))
                    .toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
