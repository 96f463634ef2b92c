package dev.skein.replication.shard;

import dev.skein.core.ShardId;
import dev.skein.replication.Mutation;
import dev.skein.replication.store.Cursor;
import dev.skein.replication.store.ShardStore;
import dev.skein.replication.store.StoreView;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UTFDataFormatException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A shard's whole state in one file: magic, version, shard, applied point; then per table its rows and their count; then the count
 * of all rows, the length of everything so far, and its CRC32C.
 *
 * <p>The checksum is checked over the whole file before a single field is believed.
 */
final class SnapshotFile {

    static final String NAME = "state";

    private static final long MAGIC = 0x534B_4E53_5441_5445L;
    /** Without presence; still written when nobody is present, so that versions that know no presence can read it. */
    private static final int VERSION_WITHOUT_PRESENCE = 1;

    private static final int VERSION = 2;
    private static final byte END_OF_TABLES = 0;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int KEY_BYTES_MAX = 4 << 10;
    private static final int VALUE_BYTES_MAX = 16 << 20;

    private final ShardId shard;
    private final SnapshotSections sections;

    SnapshotFile(ShardId shard, SnapshotSections sections) {
        this.shard = shard;
        this.sections = sections;
    }

    void write(Path directory, StoreView view, AppliedPoint point) throws IOException {
        try (FileOutputStream file =
                new FileOutputStream(directory.resolve(NAME).toFile())) {
            CheckedOutputStream checked =
                    new CheckedOutputStream(new BufferedOutputStream(file, BUFFER_BYTES), new CRC32C());
            CountingOutput counting = new CountingOutput(checked);
            DataOutputStream out = new DataOutputStream(counting);
            writeHeader(out, point, hasPresence(view) ? VERSION : VERSION_WITHOUT_PRESENCE);
            out.writeLong(writeTables(out, view));
            out.writeLong(counting.bytes());
            out.flush();
            out.writeInt((int) checked.getChecksum().getValue());
            out.flush();
            file.getFD().sync();
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Reads all of it and checks everything. */
    AppliedPoint verify(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        try {
            verifyChecksum(file);
            try (DataInputStream in = open(file)) {
                AppliedPoint point = readHeader(in);
                ProgressCheck progress = new ProgressCheck(point);
                readRows(in, progress);
                progress.requireFound();
                return point;
            }
        } catch (StateBrokenException e) {
            throw new SnapshotDamagedException("snapshot " + file + ": progress row is damaged", e);
        } catch (NoSuchFileException | EOFException | UTFDataFormatException e) {
            throw new SnapshotDamagedException("snapshot " + file + " is missing or cut off", e);
        }
    }

    /** Fills an empty store. The progress row comes last: without it the rows mean nothing. */
    void load(Path directory, ShardStore store) throws IOException {
        try (DataInputStream in = open(directory.resolve(NAME))) {
            readHeader(in);
            SnapshotLoad load = new SnapshotLoad(store);
            readRows(in, load);
            load.finish();
        }
    }

    /** Every member has a holder. */
    private static boolean hasPresence(StoreView view) {
        try (Cursor holders = view.ascending(Keys.start(Keys.HOLDERS), Keys.end(Keys.HOLDERS))) {
            return holders.next();
        }
    }

    private void writeHeader(DataOutputStream out, AppliedPoint point, int version) throws IOException {
        out.writeLong(MAGIC);
        out.writeInt(version);
        out.writeUTF(shard.group());
        out.writeLong(point.index());
        out.writeLong(point.term());
        out.writeLong(point.digest());
        out.writeLong(point.logTimeMillis());
        out.writeLong(point.shardSerial());
    }

    private long writeTables(DataOutputStream out, StoreView view) throws IOException {
        long rows = writeTable(out, view, Keys.META);
        for (byte table : sections.tables()) {
            rows += writeTable(out, view, table);
        }
        out.writeByte(END_OF_TABLES);
        return rows;
    }

    private static long writeTable(DataOutputStream out, StoreView view, byte table) throws IOException {
        out.writeByte(table);
        long count = 0;
        try (Cursor rows = view.ascending(Keys.start(table), Keys.end(table))) {
            if (table == Keys.RUNS && Mutation.SNAPSHOT_LACKS_A_RUN.isOn()) {
                rows.next();
            }
            while (rows.next()) {
                out.writeInt(rows.key().length);
                out.write(rows.key());
                out.writeInt(rows.value().length);
                out.write(rows.value());
                count++;
            }
        }
        out.writeInt(0);
        out.writeLong(count);
        return count;
    }

    private static void verifyChecksum(Path file) throws IOException {
        long size = Files.size(file);
        long covered = size - Integer.BYTES;
        if (covered < Long.BYTES) {
            throw new SnapshotDamagedException("snapshot " + file + ": " + size + " bytes (expected: more)");
        }
        CRC32C crc = new CRC32C();
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in =
                        new DataInputStream(new CheckedInputStream(new BufferedInputStream(raw, BUFFER_BYTES), crc))) {
            in.skipNBytes(covered - Long.BYTES);
            long length = in.readLong();
            int found = (int) crc.getValue();
            if (in.readInt() != found || length != covered - Long.BYTES) {
                throw new SnapshotDamagedException("snapshot " + file + ": checksum or length is wrong");
            }
        }
    }

    private AppliedPoint readHeader(DataInputStream in) throws IOException {
        boolean known = in.readLong() == MAGIC;
        int version = in.readInt();
        if (!known || version < VERSION_WITHOUT_PRESENCE || version > VERSION) {
            throw new SnapshotDamagedException(
                    "snapshot: unknown format (expected: version " + VERSION_WITHOUT_PRESENCE + " to " + VERSION + ")");
        }
        String group = in.readUTF();
        if (!group.equals(shard.group())) {
            throw new SnapshotDamagedException("snapshot: shard " + group + " (expected: " + shard.group() + ")");
        }
        return new AppliedPoint(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }

    private static void readRows(DataInputStream in, SnapshotRows rows) throws IOException {
        long all = 0;
        for (byte table = in.readByte(); table != END_OF_TABLES; table = in.readByte()) {
            all += readTable(in, table, rows);
        }
        if (in.readLong() != all) {
            throw new SnapshotDamagedException("snapshot: " + all + " rows (expected: as many as written)");
        }
    }

    private static long readTable(DataInputStream in, byte table, SnapshotRows rows) throws IOException {
        long count = 0;
        for (int length = in.readInt(); length != 0; length = in.readInt()) {
            byte[] key = readBytes(in, length, KEY_BYTES_MAX);
            if (key[0] != table) {
                throw new SnapshotDamagedException("snapshot: a row is in the wrong table");
            }
            rows.row(key, readBytes(in, in.readInt(), VALUE_BYTES_MAX));
            count++;
        }
        if (in.readLong() != count) {
            throw new SnapshotDamagedException(
                    "snapshot: " + count + " rows of a table (expected: as many as written)");
        }
        return count;
    }

    private static byte[] readBytes(DataInputStream in, int length, int max) throws IOException {
        if (length < 0 || length > max) {
            throw new SnapshotDamagedException("snapshot: row of " + length + " bytes (expected: at most " + max + ")");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
    }

    /** The progress row, digest included, must say what the header says. It is the first row. */
    private static final class ProgressCheck implements SnapshotRows {

        private final AppliedPoint point;
        private boolean checked;

        ProgressCheck(AppliedPoint point) {
            this.point = point;
        }

        @Override
        public void row(byte[] key, byte[] value) throws SnapshotDamagedException {
            boolean first = !checked;
            checked = true;
            if (first != (key[0] == Keys.META)) {
                throw new SnapshotDamagedException("snapshot: not one progress row, at the beginning");
            }
            if (first && !Progress.read(value).point().equals(point)) {
                throw new SnapshotDamagedException("snapshot: applied point and state differ");
            }
        }

        void requireFound() throws SnapshotDamagedException {
            if (!checked) {
                throw new SnapshotDamagedException("snapshot: no progress row (expected: one)");
            }
        }
    }

    /** Takes rows in the order of the file. */
    interface SnapshotRows {
        void row(byte[] key, byte[] value) throws IOException;
    }
}
