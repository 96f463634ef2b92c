package dev.skein.replication.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.codec.v2.LogEntryV2CodecFactory;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import dev.skein.replication.nodelog.GroupLog;
import dev.skein.replication.nodelog.InMemoryNodeLog;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeLogStorageTest {

    private final GroupLog log = new InMemoryNodeLog().group("chat--1");
    private NodeLogStorage storage;
    private ConfigurationManager configurations;

    @BeforeEach
    void open() {
        configurations = new ConfigurationManager();
        LogStorageOptions options = new LogStorageOptions();
        options.setGroupId("chat--1");
        options.setConfigurationManager(configurations);
        options.setLogEntryCodecFactory(LogEntryV2CodecFactory.getInstance());
        storage = new NodeLogStorage(log, damage -> {}, (damage, wait) -> false);
        assertTrue(storage.init(options));
    }

    @Test
    void anEmptyLogIsAsJRaftExpects() {
        assertEquals(1, storage.getFirstLogIndex());
        assertEquals(0, storage.getLastLogIndex());
        assertNull(storage.getEntry(0));
        assertNull(storage.getEntry(1));
    }

    @Test
    void givesBackEntriesOfEveryType() {
        List<LogEntry> entries = List.of(noOp(1, 1), configuration(2, 1), data(3, 1, "hello"), data(4, 2, ""));

        assertEquals(4, storage.appendEntries(entries));

        for (LogEntry entry : entries) {
            assertEquals(entry, storage.getEntry(entry.getId().getIndex()));
        }
        assertEquals(
                ByteBuffer.wrap("hello".getBytes()), log.read(3).orElseThrow().payload());
    }

    @Test
    void configurationsAreKnownAfterARestart() {
        storage.appendEntries(List.of(configuration(1, 1), data(2, 1, "x"), configuration(3, 2)));

        open();

        assertEquals(new LogId(3, 2), configurations.getLastConfiguration().getId());
        assertEquals(new LogId(1, 1), configurations.get(2).getId());
        assertEquals(
                List.of(PeerId.parsePeer("127.0.0.1:7101:3")),
                configurations.get(2).getConf().listPeers());
        assertEquals(1, configurations.get(2).getConf().getLearners().size());
    }

    @Test
    void entriesBelowTheFirstIndexAreHiddenFromJRaftButKept() {
        storage.appendEntries(List.of(data(1, 1, "a"), data(2, 1, "b"), data(3, 1, "c")));

        assertTrue(storage.truncatePrefix(3));

        assertNull(storage.getEntry(2));
        assertEquals(3, storage.getFirstLogIndex());
        assertTrue(log.read(2).isPresent());
    }

    @Test
    void afterAResetTheLogIsEmptyAndGoesOn() {
        storage.appendEntries(List.of(data(1, 1, "a"), data(2, 1, "b")));

        assertTrue(storage.reset(101));

        assertEquals(101, storage.getFirstLogIndex());
        assertEquals(100, storage.getLastLogIndex());
        assertEquals(1, storage.appendEntries(List.of(data(101, 5, "c"))));
    }

    @Test
    void aRefusedWriteIsToldByTheReturnValue() {
        assertEquals(0, storage.appendEntries(List.of(data(7, 1, "gap"))));
        assertFalse(storage.appendEntry(data(7, 1, "gap")));
        storage.appendEntry(data(1, 1, "a"));
        log.committed(1, 1);
        assertFalse(storage.truncateSuffix(0));
        log.drop();
        assertFalse(storage.truncatePrefix(2));
    }

    private static LogEntry data(long index, long term, String text) {
        LogEntry entry = entry(EntryType.ENTRY_TYPE_DATA, index, term);
        entry.setData(ByteBuffer.wrap(text.getBytes()));
        return entry;
    }

    private static LogEntry noOp(long index, long term) {
        return entry(EntryType.ENTRY_TYPE_NO_OP, index, term);
    }

    private static LogEntry configuration(long index, long term) {
        LogEntry entry = entry(EntryType.ENTRY_TYPE_CONFIGURATION, index, term);
        entry.setPeers(List.of(PeerId.parsePeer("127.0.0.1:7101:3")));
        entry.setLearners(List.of(PeerId.parsePeer("127.0.0.1:7102:4")));
        return entry;
    }

    private static LogEntry entry(EntryType type, long index, long term) {
        LogEntry entry = new LogEntry(type);
        entry.setId(new LogId(index, term));
        return entry;
    }
}
