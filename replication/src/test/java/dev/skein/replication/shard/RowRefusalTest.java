package dev.skein.replication.shard;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows and snapshots that a reader once believed too much of. */
final class RowRefusalTest {

    private static final int MANY = Integer.MAX_VALUE;

    @Test
    void moreMarksThanTheRowHoldsAreRefused() {
        byte[] row = new RowWriter().number(1).number(MANY).done();
        assertThrows(StateBrokenException.class, () -> RememberedSection.read(1, 7, row));
    }

    @Test
    void moreNeighboursThanReceiptsAreRefused() {
        byte[] row = new RowWriter()
                .number(1)
                .number(1)
                .fixed(5)
                .number(1)
                .number(9)
                .number(1)
                .number(MANY)
                .signed(1)
                .done();
        assertThrows(StateBrokenException.class, () -> RememberedSection.read(1, 7, row));
    }

    @Test
    void moreRunsThanTheRowHoldsAreRefused() {
        byte[] row = EntryRuns.begin(1, MANY).done();
        assertThrows(StateBrokenException.class, () -> EntryRuns.read(row));
    }

    @Test
    void aSnapshotWithoutAProgressRowIsDamaged(@TempDir Path directory) throws IOException {
        // No table, and a count of no rows.
        Files.write(directory.resolve(SnapshotFile.NAME), RowsFuzzTest.sealed(new byte[9]));
        var file = new SnapshotFile(TestShard.ID, SnapshotSections.all());
        assertThrows(SnapshotDamagedException.class, () -> file.verify(directory));
    }

    @Test
    void aSnapshotWithABrokenProgressRowIsDamaged(@TempDir Path directory) throws IOException {
        // The table, a key of its one byte, a value of no bytes.
        byte[] rows = {Keys.META, 0, 0, 0, 1, Keys.META, 0, 0, 0, 0};
        Files.write(directory.resolve(SnapshotFile.NAME), RowsFuzzTest.sealed(rows));
        var file = new SnapshotFile(TestShard.ID, SnapshotSections.all());
        assertThrows(SnapshotDamagedException.class, () -> file.verify(directory));
    }
}
