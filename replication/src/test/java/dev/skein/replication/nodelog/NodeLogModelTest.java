package dev.skein.replication.nodelog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations on the log and on its twin, with restarts, crashes and reclaiming between them: both must always agree. */
class NodeLogModelTest {

    private static final List<String> GROUPS = List.of("a", "b", "c");

    @TempDir
    Path temporary;

    private final NodeLog twin = new InMemoryNodeLog();
    private final Map<String, long[]> committed = new HashMap<>();
    private final Map<String, Long> retained = new HashMap<>();
    private LogDirectory files;
    private SegmentedNodeLog log;
    private Random random;
    private int crashes;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theLogAgreesWithItsTwin(long seed) {
        random = new Random(seed);
        files = new LogDirectory(temporary.resolve("log"));
        files.config = files.config.withSegmentBytes(1 << 10);
        log = files.open();
        for (int step = 0; step < 240; step++) {
            String name = GROUPS.get(random.nextInt(GROUPS.size()));
            change(name, twin.group(name), log.group(name));
            if (step % 20 == 19) {
                log.reclaim();
                compare("seed " + seed + " step " + step);
            }
        }
        log.close();
    }

    private void change(String name, GroupLog expected, GroupLog actual) {
        switch (random.nextInt(20)) {
            case 0 -> restart();
            case 1 -> crash();
            case 2, 3 -> truncateSuffix(expected, actual);
            case 4, 5 -> both(expected, actual, truncatePrefix(expected));
            case 6 -> reset(name, expected, actual);
            case 7 -> retain(name, expected, actual);
            case 8 -> backfill(expected, actual);
            case 9, 10 -> commit(name, expected, actual);
            case 11 -> drop(name, expected, actual);
            case 12 -> log.reclaim();
            default -> append(expected, actual);
        }
    }

    private interface Change {
        void on(GroupLog group);
    }

    private static void both(GroupLog expected, GroupLog actual, Change change) {
        change.on(expected);
        change.on(actual);
    }

    private void append(GroupLog expected, GroupLog actual) {
        List<LogRecord> records = new ArrayList<>();
        long term = Math.max(1, expected.termAt(expected.lastIndex())) + (random.nextInt(5) == 0 ? 1 : 0);
        for (int count = 1 + random.nextInt(6); count > 0; count--) {
            long index = expected.lastIndex() + records.size() + 1;
            LogRecord.Kind kind = random.nextInt(8) == 0 ? LogRecord.Kind.CONFIGURATION : LogRecord.Kind.DATA;
            records.add(new LogRecord(
                    kind, index, term, ByteBuffer.wrap(Records.filled(index + term, random.nextInt(200)))));
        }
        both(expected, actual, group -> group.append(records));
    }

    private void truncateSuffix(GroupLog expected, GroupLog actual) {
        long lowest = Math.max(expected.committedIndex(), expected.firstIndex() - 1);
        if (lowest <= expected.lastIndex()) {
            long kept = lowest + random.nextInt((int) (expected.lastIndex() - lowest) + 1);
            both(expected, actual, group -> group.truncateSuffix(kept));
        }
    }

    private Change truncatePrefix(GroupLog expected) {
        long kept = expected.firstIndex() + random.nextInt((int) (expected.lastIndex() - expected.firstIndex()) + 2);
        return group -> group.truncatePrefix(kept);
    }

    private void reset(String name, GroupLog expected, GroupLog actual) {
        if (random.nextInt(3) == 0) {
            long next = expected.committedIndex() + 1 + random.nextInt(30);
            both(expected, actual, group -> group.reset(next));
            committed.remove(name);
        }
    }

    private void retain(String name, GroupLog expected, GroupLog actual) {
        long from = expected.retainedFrom() + random.nextInt(30);
        retained.merge(name, from, Math::max);
        both(expected, actual, group -> group.retainFrom(from));
    }

    private void backfill(GroupLog expected, GroupLog actual) {
        for (IndexRange range : expected.missing()) {
            long from = range.from() + random.nextInt(3);
            long to = Math.min(range.to(), from + random.nextInt(10));
            both(expected, actual, group -> group.backfill(Records.sized(from, Math.max(from, to), 1, 30)));
        }
    }

    private void commit(String name, GroupLog expected, GroupLog actual) {
        if (expected.lastIndex() >= expected.firstIndex()) {
            int records = (int) (expected.lastIndex() - expected.firstIndex()) + 1;
            long index = expected.firstIndex() + random.nextInt(records);
            long[] told = committed.get(name);
            if (told == null || told[0] < index) {
                committed.put(name, new long[] {index, expected.termAt(index)});
            }
            both(expected, actual, group -> group.committed(index, expected.termAt(index)));
        }
    }

    private void drop(String name, GroupLog expected, GroupLog actual) {
        if (random.nextInt(6) == 0) {
            both(expected, actual, GroupLog::drop);
            committed.remove(name);
            retained.remove(name);
        }
    }

    private void restart() {
        log.close();
        log = files.open();
        tellAgain();
    }

    private void crash() {
        LogDirectory copy = files.crashed(temporary.resolve("crash" + crashes++));
        log.close();
        files = copy;
        log = files.open();
        tellAgain();
    }

    private void tellAgain() {
        committed.forEach((name, told) -> log.group(name).committed(told[0], told[1]));
        retained.forEach((name, from) -> log.group(name).retainFrom(from));
    }

    private void compare(String when) {
        assertEquals(twin.groups(), log.groups(), when);
        for (String name : twin.groups()) {
            GroupLog expected = twin.group(name);
            GroupLog actual = log.group(name);
            assertEquals(expected.firstIndex(), actual.firstIndex(), when);
            assertEquals(expected.lastIndex(), actual.lastIndex(), when);
            assertEquals(expected.committedIndex(), actual.committedIndex(), when);
            assertEquals(expected.retainedFrom(), actual.retainedFrom(), when);
            assertEquals(expected.missing(), actual.missing(), when);
            assertEquals(expected.configurationIndexes(), actual.configurationIndexes(), when);
            for (long index = 0; index <= expected.lastIndex() + 1; index++) {
                assertEquals(expected.termAt(index), actual.termAt(index), when);
                assertEquals(expected.read(index), actual.read(index), when);
            }
        }
    }
}
