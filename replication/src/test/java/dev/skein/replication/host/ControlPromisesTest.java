package dev.skein.replication.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.replication.nodelog.InMemoryNodeLog;
import dev.skein.replication.nodelog.SlotFile;
import dev.skein.replication.raft.GroupNames;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlPromisesTest {

    @TempDir
    Path directory;

    private final InMemoryNodeLog log = new InMemoryNodeLog();

    @Test
    void aReplicaThatNeverStartedHasPromisedNothing() {
        assertTrue(promises().none());
        assertEquals(0, log.groups().size(), "asking makes no group");
    }

    @Test
    void aReplicaThatStartedAndHeardNothingHasPromisedNothing() throws Exception {
        termIs(0);
        log.group(GroupNames.CONTROL);
        assertTrue(promises().none());
    }

    @Test
    void aReplicaThatTookUpATermHasPromisedSomethingAlthoughItsLogIsEmpty() throws Exception {
        termIs(1);
        assertFalse(promises().none());
    }

    @Test
    void aLogWithoutATermIsAPromiseThatWasForgotten() {
        log.group(GroupNames.CONTROL).reset(8);
        assertFalse(promises().none());
    }

    @Test
    void whatCannotBeReadMayBeAPromise() throws Exception {
        Files.write(directory.resolve("raft-meta"), new byte[100]);
        assertFalse(promises().none());
    }

    private ControlPromises promises() {
        return new ControlPromises(directory, log);
    }

    private void termIs(long term) throws Exception {
        byte[] value = ByteBuffer.allocate(16).putLong(term).array();
        SlotFile.create(directory.resolve("raft-meta"), value).close();
    }
}
