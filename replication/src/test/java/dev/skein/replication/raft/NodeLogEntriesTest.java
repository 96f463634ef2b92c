package dev.skein.replication.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.MetricRegistry;
import dev.skein.core.TimeSource;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.LogRecord;
import dev.skein.replication.nodelog.NodeLogConfig;
import dev.skein.replication.nodelog.SegmentedNodeLog;
import dev.skein.replication.nodelog.StorageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLogEntriesTest {

    private static final String FAULTS = "skein.disk.faults";

    @TempDir
    Path directory;

    private final List<Throwable> told = new ArrayList<>();

    @BeforeEach
    void allowFaults() throws IOException {
        System.setProperty(FAULTS, "true");
        // What a node's directory is known by.
        Files.writeString(directory.resolve("identity"), "");
    }

    @AfterEach
    void forbidFaults() {
        System.clearProperty(FAULTS);
    }

    @Test
    void aLogThatCanNotBeReadForAnotherReplicaIsAFailureOfTheStorage() throws IOException {
        NodeLogConfig config = NodeLogConfig.in(directory.resolve("log"));
        StorageId storage = StorageId.random(new Random(1));
        try (SegmentedNodeLog log =
                SegmentedNodeLog.open(config, storage, TimeSource.system(), new MetricRegistry(), failure -> {})) {
            GroupLog group = log.group("g");
            group.append(List.of(LogRecord.data(1, 1, new byte[] {42})));
            group.committed(1, 1);
            NodeLogEntries entries = new NodeLogEntries(log, (damaged, wait) -> false, told::add);
            assertEquals(1, entries.entries("g", 1, 1, false).next().getIndex());
            assertEquals(List.of(), told);

            Files.writeString(directory.resolve("disk-fault"), "fail-read=" + segment());
            assertThrows(UncheckedIOException.class, () -> entries.entries("g", 1, 1, false)
                    .next());

            assertEquals(1, told.size());
            assertTrue(String.valueOf(told.get(0).getMessage()).contains("cannot read index 1"), told::toString);
        }
    }

    /** The only one. */
    private Path segment() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            return files.map(Path::getFileName)
                    .filter(file -> file.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
