package dev.skein.replication.nodelog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * The log and its twin in memory after the same operations, restarts and crashes between them. {@link NodeLogModelTest} does more of
 * them; here a failure shrinks to the fewest.
 */
final class NodeLogPropertiesTest {

    /** A step is an operation and how far it reaches. */
    private static final int OPERATIONS = 6;

    @Property(tries = 30)
    void theLogIsWhatItsTwinIs(@ForAll @Size(max = 40) List<@IntRange(max = 10 * OPERATIONS - 1) Integer> steps)
            throws IOException {
        Path temporary = Files.createTempDirectory("log");
        try (Pair pair = new Pair(temporary)) {
            for (int step : steps) {
                pair.change(step % OPERATIONS, step / OPERATIONS);
                pair.compare();
            }
        } finally {
            delete(temporary);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static final class Pair implements AutoCloseable {

        private final NodeLog twin = new InMemoryNodeLog();
        private final Path temporary;
        private LogDirectory files;
        private SegmentedNodeLog log;
        private int crashes;

        Pair(Path temporary) {
            this.temporary = temporary;
            files = new LogDirectory(temporary.resolve("log"));
            files.config = files.config.withSegmentBytes(1 << 10);
            log = files.open();
        }

        void change(int operation, int reach) {
            long first = expected().firstIndex();
            long last = expected().lastIndex();
            long term = Math.max(1, expected().termAt(last)) + reach / 5;
            switch (operation) {
                case 0 -> both(group -> group.append(Records.sized(last + 1, last + 1 + reach, term, 20 * reach)));
                case 1 ->
                    both(group -> group.truncateSuffix(
                            Math.max(Math.max(first - 1, expected().committedIndex()), last - reach)));
                case 2 -> both(group -> group.truncatePrefix(Math.min(last + 1, first + reach)));
                case 3 -> both(group -> group.reset(expected().committedIndex() + 1 + reach));
                case 4 -> reopen(files);
                default -> reopen(files.crashed(temporary.resolve("crash" + crashes++)));
            }
        }

        private interface Change {
            void on(GroupLog group);
        }

        /** The log first: what a change asks of the twin must not have changed yet. */
        private void both(Change change) {
            change.on(log.group("g"));
            change.on(twin.group("g"));
        }

        private void reopen(LogDirectory from) {
            log.close();
            files = from;
            log = files.open();
        }

        private GroupLog expected() {
            return twin.group("g");
        }

        void compare() {
            GroupLog found = log.group("g");
            assertEquals(expected().firstIndex(), found.firstIndex());
            assertEquals(expected().lastIndex(), found.lastIndex());
            assertEquals(expected().missing(), found.missing());
            for (long index = 0; index <= expected().lastIndex() + 1; index++) {
                assertEquals(expected().termAt(index), found.termAt(index));
                assertEquals(expected().read(index), found.read(index));
            }
        }

        @Override
        public void close() {
            log.close();
        }
    }
}
