package dev.skein.systemtests.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.systemtests.launch.ClusterDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The faults of a disk are what they say, where disks can be made. */
class NodeDisksSystemTest {

    private static final List<String> NODE = List.of("us-a");

    @TempDir
    private Path folder;

    @BeforeEach
    void needsDisks() {
        Need.DISKS.missing().ifPresent(missing -> Assumptions.abort("disks can't be made here: " + missing));
    }

    @Test
    void aPowerCutTakesWhatWasNotSyncedAndNothingElse() throws IOException {
        try (NodeDisks disks = NodeDisks.create(folder, NODE, NodeDisks.Backing.FILE)) {
            write("synced", true);
            Files.move(disk().resolve("synced"), disk().resolve("renamed"));
            write("unsynced", false);

            disks.cutPower(NODE);
            List<String> lost = disks.restorePower(NODE);

            assertTrue(Files.exists(disk().resolve("synced")), "a name that was not synced is forgotten");
            assertEquals(1_000, Files.size(disk().resolve("synced")));
            assertFalse(Files.exists(disk().resolve("renamed")));
            assertFalse(Files.exists(disk().resolve("unsynced")));
            assertTrue(lost.get(0).contains("2 are gone"), lost::toString);
        }
        assertFalse(Files.exists(disk().resolve("synced")), "still mounted");
    }

    @Test
    void aDeviceThatCannotWriteSaysSoUntilItIsRepaired() throws IOException {
        try (NodeDisks disks = NodeDisks.create(folder, NODE, NodeDisks.Backing.MEMORY)) {
            write("before", true);

            disks.breakWrites("us-a");

            assertThrows(IOException.class, () -> write("meanwhile", true));
            disks.repair("us-a");
            write("afterwards", true);
            assertEquals(1_000, Files.size(disk().resolve("before")));
        }
    }

    private Path disk() {
        return ClusterDirectory.disk(folder, "us-a");
    }

    private void write(String name, boolean isSynced) throws IOException {
        try (FileChannel file =
                FileChannel.open(disk().resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1_000));
            if (isSynced) {
                file.force(true);
            }
        }
    }
}
