package dev.skein.replication.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.InMemoryNodeLog;
import dev.skein.replication.nodelog.LogRecord;
import dev.skein.replication.nodelog.NodeLogDamagedException;
import dev.skein.replication.nodelog.SlotFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncedRaftMetaStorageTest {

    private static final PeerId PEER = PeerId.parsePeer("10.0.0.1:7101:3");

    @TempDir
    Path directory;

    private final GroupLog log = new InMemoryNodeLog().group("chat--1");
    private final List<Throwable> failures = new ArrayList<>();
    private Path path;

    @BeforeEach
    void choosePath() {
        path = directory.resolve("raft-meta");
    }

    @Test
    void beginsWithTermZeroAndNoVote() {
        SyncedRaftMetaStorage meta = open(log);

        assertEquals(0, meta.getTerm());
        assertTrue(meta.getVotedFor().isEmpty());
        meta.shutdown();
    }

    @Test
    void remembersTermAndVote() {
        SyncedRaftMetaStorage meta = open(log);
        assertTrue(meta.setTermAndVotedFor(7, PEER));
        meta.shutdown();

        SyncedRaftMetaStorage again = open(log);
        assertEquals(7, again.getTerm());
        assertEquals(PEER, again.getVotedFor());
        assertTrue(again.setTermAndVotedFor(8, PeerId.emptyPeer()));
        again.shutdown();

        SyncedRaftMetaStorage cleared = open(log);
        assertEquals(8, cleared.getTerm());
        assertTrue(cleared.getVotedFor().isEmpty());
        assertTrue(cleared.setVotedFor(PEER));
        assertEquals(PEER, cleared.getVotedFor());
        cleared.shutdown();
    }

    @Test
    void theTermNeverGoesBack() {
        SyncedRaftMetaStorage meta = open(log);
        meta.setTerm(7);

        assertFalse(meta.setTerm(6));
        assertEquals(7, meta.getTerm());
        meta.shutdown();
    }

    @Test
    void refusesWhenTheFileIsLostButTheLogIsNot() throws IOException {
        open(log).shutdown();
        Files.delete(path);
        log.append(List.of(LogRecord.data(1, 1, new byte[] {1})));

        assertThrows(NodeLogDamagedException.class, () -> open(log));
    }

    @Test
    void refusesADamagedFileAndOneOfAnotherGroup() throws IOException {
        open(log).shutdown();
        GroupLog other = new InMemoryNodeLog().group("chat--2");
        assertThrows(NodeLogDamagedException.class, () -> open(other));

        Files.write(path, new byte[8192]);
        assertThrows(NodeLogDamagedException.class, () -> open(log));
    }

    @Test
    void refusesAValueThatNobodyWrites() throws IOException {
        SlotFile.create(path, new byte[3]).close();
        assertThrows(NodeLogDamagedException.class, () -> open(log));
    }

    @Test
    void aFailedSyncIsToldAndNeitherTriedAgainNorBelieved() throws IOException {
        Files.createFile(directory.resolve("identity"));
        System.setProperty("skein.disk.faults", "true");
        try {
            SyncedRaftMetaStorage meta = open(log);
            meta.setTerm(3);
            Files.writeString(directory.resolve("disk-fault"), "fail-sync");
            assertFalse(meta.setTermAndVotedFor(4, PEER));
            assertEquals(1, failures.size());

            Files.delete(directory.resolve("disk-fault"));
            assertFalse(meta.setTerm(5), "nobody knows what the disk has");
            assertEquals(3, meta.getTerm());
            meta.shutdown();
        } finally {
            System.clearProperty("skein.disk.faults");
        }
    }

    private SyncedRaftMetaStorage open(GroupLog group) {
        SyncedRaftMetaStorage meta = new SyncedRaftMetaStorage(path, group, new HashSet<>(), failures::add);
        assertTrue(meta.init(new RaftMetaStorageOptions()));
        return meta;
    }
}
