package dev.skein.replication.nodelog;

import static dev.skein.replication.nodelog.Records.data;
import static dev.skein.replication.nodelog.Records.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLogFailureTest {

    @TempDir
    Path temporary;

    private final AtomicBoolean syncFails = new AtomicBoolean();
    private final AtomicBoolean writeFails = new AtomicBoolean();
    private final AtomicInteger syncs = new AtomicInteger();
    private final List<NodeLogFailedException> told = new CopyOnWriteArrayList<>();

    @Test
    void aFailedSyncIsFinalAndNeverTriedAgain() {
        LogDirectory files = new LogDirectory(temporary.resolve("log"));
        try (SegmentedNodeLog log = files.open(LogDirectory.STORAGE, this::open, told::add)) {
            GroupLog group = log.group("g");
            group.append(data(1, 5, 1));
            syncFails.set(true);

            assertThrows(NodeLogFailedException.class, () -> group.append(data(6, 6, 1)));
            int tried = syncs.get();
            syncFails.set(false);
            assertThrows(NodeLogFailedException.class, () -> group.append(data(6, 6, 1)));
            assertThrows(NodeLogFailedException.class, () -> group.truncatePrefix(3));
            assertThrows(NodeLogFailedException.class, () -> group.read(1));
            assertThrows(NodeLogFailedException.class, () -> log.group("new"));

            assertEquals(tried, syncs.get());
            assertTrue(log.failure().isPresent());
            assertEquals(1, told.size());
        }
        assertEquals(1, told.size());
        try (SegmentedNodeLog log = files.open()) {
            assertEquals("index 5", text(log.group("g").read(5)));
        }
    }

    @Test
    void aFailedWriteFailsEveryoneWhoWaits() throws Exception {
        LogDirectory files = new LogDirectory(temporary.resolve("log"));
        try (SegmentedNodeLog log = files.open(LogDirectory.STORAGE, this::open, told::add)) {
            List<Thread> threads = new ArrayList<>();
            AtomicInteger failed = new AtomicInteger();
            List<GroupLog> groups = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                groups.add(log.group("g" + number));
            }
            writeFails.set(true);
            for (GroupLog group : groups) {
                threads.add(new Thread(() -> {
                    try {
                        group.append(data(1, 1, 1));
                    } catch (NodeLogFailedException expected) {
                        failed.incrementAndGet();
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(8, failed.get());
            assertEquals(1, told.size());
        }
    }

    private AppendFile open(Path path) throws IOException {
        AppendFile real = AppendFile.open(path);
        return new AppendFile() {
            @Override
            public void write(ByteBuffer source, long offset) throws IOException {
                if (writeFails.get()) {
                    throw new IOException("no space left on device");
                }
                real.write(source, offset);
            }

            @Override
            public void force() throws IOException {
                syncs.incrementAndGet();
                if (syncFails.get()) {
                    throw new IOException("input/output error");
                }
                real.force();
            }

            @Override
            public void resize(long bytes) throws IOException {
                real.resize(bytes);
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }
}
