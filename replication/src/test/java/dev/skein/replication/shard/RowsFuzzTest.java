package dev.skein.replication.shard;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.replication.store.InMemoryShardStore;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Rows, entries and snapshots with any content: read, or refused as a broken state. */
final class RowsFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void rows(byte[] row) {
        read(() -> RunBlock.read(1, row));
        read(() -> EntryRuns.read(row));
        read(() -> RememberedSection.read(1, 7, row));
        read(() -> RememberedSection.end(1, row));
        read(() -> Progress.read(row));
        read(() -> ChannelHead.read("default:room", row));
    }

    @FuzzTest(maxDuration = "1m")
    void entries(byte[] bytes) {
        try {
            EntryView entry = EntryView.of(ByteString.copyFrom(bytes));
            for (int i = 0; i < entry.sections(); i++) {
                entry.section(i).messageBytes();
                SectionShape.malformed(entry.section(i));
            }
        } catch (InvalidProtocolBufferException refused) {
            return;
        }
    }

    /** The machine refuses the entry as a whole, or each section that isn't sound, and can be read afterwards. */
    @FuzzTest(maxDuration = "1m")
    void appliedEntries(byte[] bytes) {
        TestShard shard = TestShard.withPolicy(new InMemoryShardStore());
        shard.log.put(2L, ByteString.copyFrom(bytes));
        try {
            shard.applyLogged(2);
        } catch (StateBrokenException refused) {
            return;
        }
        shard.dump();
    }

    /** What follows a good header, with a good checksum: a damaged checksum would hide everything else. */
    @FuzzTest(maxDuration = "1m")
    void snapshots(byte[] rows) throws IOException {
        Path directory = Files.createTempDirectory("snapshot");
        Path file = directory.resolve(SnapshotFile.NAME);
        try {
            Files.write(file, sealed(rows));
            TestShard shard = new TestShard(new InMemoryShardStore());
            shard.machine.loadSnapshot(directory);
        } catch (SnapshotDamagedException refused) {
            return;
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    static byte[] sealed(byte[] rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(0x534B_4E53_5441_5445L);
        out.writeInt(1);
        out.writeUTF(TestShard.ID.group());
        for (int i = 0; i < 5; i++) {
            out.writeLong(1);
        }
        out.write(rows);
        out.writeLong(bytes.size());
        CRC32C crc = new CRC32C();
        crc.update(bytes.toByteArray());
        out.writeInt((int) crc.getValue());
        return bytes.toByteArray();
    }

    private static void read(Runnable reading) {
        try {
            reading.run();
        } catch (StateBrokenException refused) {
            return;
        }
    }
}
