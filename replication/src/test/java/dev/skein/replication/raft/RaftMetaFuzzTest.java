package dev.skein.replication.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.InMemoryNodeLog;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.nodelog.SlotFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.io.TempDir;

/** Term and vote with any content and a right checksum. */
final class RaftMetaFuzzTest {

    @TempDir
    Path directory;

    private final GroupLog log = new InMemoryNodeLog().group("g");

    @FuzzTest(maxDuration = "1m")
    void termsAndVotes(byte[] bytes) throws IOException {
        Path path = directory.resolve("meta");
        byte[] value = Arrays.copyOf(bytes, Math.min(bytes.length, SlotFile.VALUE_BYTES_MAX));
        SlotFile.create(path, value).close();
        SyncedRaftMetaStorage meta = new SyncedRaftMetaStorage(path, log, new HashSet<>(), failure -> {});
        try {
            assertTrue(meta.init(new RaftMetaStorageOptions()));
            assertTrue(meta.setTermAndVotedFor(meta.getTerm(), meta.getVotedFor()));
            assertEquals(meta.getVotedFor(), meta.getVotedFor().copy());
        } catch (NodeLogDamagedException refused) {
            return;
        } finally {
            meta.shutdown();
        }
    }
}
