package dev.skein.replication.nodelog;

import static dev.skein.replication.nodelog.Records.data;
import static dev.skein.replication.nodelog.Records.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every node log promises while it is open. */
abstract class NodeLogContract {

    private NodeLog log;
    private GroupLog group;

    abstract NodeLog open();

    @BeforeEach
    void openLog() {
        log = open();
        group = log.group("chat--1");
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Test
    void aNewGroupIsEmptyAndBeginsAtOne() {
        assertEquals(1, group.firstIndex());
        assertEquals(0, group.lastIndex());
        assertEquals(0, group.termAt(0));
        assertEquals(0, group.termAt(1));
        assertEquals(Optional.empty(), group.read(1));
        assertEquals(List.of(), group.configurationIndexes());
    }

    @Test
    void readsBackWhatWasAppended() {
        group.append(data(1, 10, 3));
        group.append(data(11, 12, 5));

        assertEquals(12, group.lastIndex());
        assertEquals("index 7", text(group.read(7)));
        assertEquals(3, group.read(7).orElseThrow().term());
        assertEquals(3, group.termAt(10));
        assertEquals(5, group.termAt(11));
        assertEquals(0, group.termAt(13));
        assertEquals(Optional.empty(), group.read(13));
    }

    @Test
    void keepsGroupsApart() {
        GroupLog other = log.group("chat--2");
        group.append(data(1, 3, 1));
        other.append(List.of(LogRecord.data(1, 9, new byte[] {7})));

        assertEquals(3, group.lastIndex());
        assertEquals(1, other.lastIndex());
        assertEquals(9, other.termAt(1));
        assertEquals("index 1", text(group.read(1)));
        assertEquals(List.of("chat--1", "chat--2"), log.groups());
    }

    @Test
    void refusesAGapAndGoesOn() {
        group.append(data(1, 3, 2));

        assertThrows(IllegalArgumentException.class, () -> group.append(data(5, 5, 2)));
        assertThrows(IllegalArgumentException.class, () -> group.append(data(3, 3, 2)));
        assertThrows(IllegalArgumentException.class, () -> group.append(data(4, 4, 1)));
        group.append(data(4, 4, 2));

        assertEquals(4, group.lastIndex());
    }

    @Test
    void theCallersBytesAreNeitherMovedNorKept() {
        byte[] bytes = "before".getBytes();
        ByteBuffer payload = ByteBuffer.wrap(bytes);
        group.append(List.of(new LogRecord(LogRecord.Kind.DATA, 1, 1, payload)));
        bytes[0] = 'X';

        assertEquals(6, payload.remaining());
        assertEquals("before", text(group.read(1)));
    }

    @Test
    void takesBackASuffixAndAppendsAnother() {
        group.append(data(1, 10, 1));

        group.truncateSuffix(6);
        assertEquals(6, group.lastIndex());
        assertEquals(Optional.empty(), group.read(7));
        assertEquals(0, group.termAt(7));

        group.append(List.of(LogRecord.data(7, 2, "other".getBytes())));
        assertEquals("other", text(group.read(7)));
        assertEquals(2, group.termAt(7));
        assertEquals(1, group.termAt(6));
    }

    @Test
    void neverTakesBackWhatIsCommitted() {
        group.append(data(1, 10, 1));
        group.committed(8, 1);

        assertThrows(IllegalStateException.class, () -> group.truncateSuffix(7));
        group.truncateSuffix(8);

        assertEquals(8, group.lastIndex());
    }

    @Test
    void readsBelowTheRaftFirstIndex() {
        group.append(data(1, 10, 1));

        group.truncatePrefix(6);

        assertEquals(6, group.firstIndex());
        assertEquals(10, group.lastIndex());
        assertEquals(0, group.termAt(5));
        assertEquals("index 2", text(group.read(2)));
        assertEquals(List.of(), group.missing());
    }

    @Test
    void anEmptiedLogGoesOnWhereItWas() {
        group.append(data(1, 10, 1));

        group.truncatePrefix(11);
        assertEquals(11, group.firstIndex());
        assertEquals(10, group.lastIndex());

        group.append(data(11, 12, 2));
        assertEquals(12, group.lastIndex());
        assertEquals(2, group.termAt(11));
    }

    @Test
    void aResetKeepsOnlyWhatIsKnownToBeCommitted() {
        group.append(data(1, 10, 1));
        group.committed(6, 1);

        group.reset(101);

        assertEquals(101, group.firstIndex());
        assertEquals(100, group.lastIndex());
        assertEquals("index 6", text(group.read(6)));
        assertEquals(Optional.empty(), group.read(7));
        assertEquals(List.of(new IndexRange(7, 100)), group.missing());
        group.append(data(101, 101, 4));
        assertEquals(4, group.termAt(101));
    }

    @Test
    void aSnapshotsLastEntrySaysNothingOfOtherRecordsHere() {
        group.append(data(1, 10, 1));
        group.committed(4, 1);
        group.committed(8, 2);

        assertEquals(4, group.committedIndex());
        group.reset(9);

        assertEquals(8, group.committedIndex());
        assertEquals("index 4", text(group.read(4)));
        assertEquals(Optional.empty(), group.read(5));
        assertEquals(List.of(new IndexRange(5, 8)), group.missing());
    }

    @Test
    void aCommitToldBeforeTheRecordIsWrittenCounts() {
        group.committed(10, 1);
        group.append(data(1, 10, 1));

        assertThrows(IllegalStateException.class, () -> group.truncateSuffix(9));
    }

    @Test
    void whatRaftHasLetGoOfSurvivesAReset() {
        group.append(data(1, 10, 1));
        group.truncatePrefix(7);

        group.reset(21);

        assertEquals(List.of(new IndexRange(7, 20)), group.missing());
        assertEquals("index 6", text(group.read(6)));
    }

    @Test
    void truncatingPastTheEndIsAReset() {
        group.append(data(1, 10, 1));

        group.truncatePrefix(21);

        assertEquals(21, group.firstIndex());
        assertEquals(20, group.lastIndex());
        assertEquals(List.of(new IndexRange(1, 20)), group.missing());
    }

    @Test
    void backfillsWhatIsMissingOnly() {
        group.append(data(1, 10, 1));
        group.committed(5, 1);
        group.reset(21);

        group.backfill(data(8, 12, 1));
        assertEquals(List.of(new IndexRange(6, 7), new IndexRange(13, 20)), group.missing());
        group.backfill(data(1, 30, 1));

        assertEquals(List.of(), group.missing());
        assertEquals("index 13", text(group.read(13)));
        assertEquals(Optional.empty(), group.read(21));
        assertEquals(20, group.lastIndex());
    }

    @Test
    void listsTheConfigurationsOfTheRaftLog() {
        group.append(data(1, 2, 1));
        group.append(List.of(configuration(3, 1)));
        group.append(data(4, 4, 1));
        group.append(List.of(configuration(5, 1)));
        group.append(List.of(configuration(6, 1)));

        assertEquals(List.of(3L, 5L, 6L), group.configurationIndexes());
        group.truncateSuffix(5);
        group.truncatePrefix(4);
        assertEquals(List.of(5L), group.configurationIndexes());
        assertEquals(LogRecord.Kind.CONFIGURATION, group.read(5).orElseThrow().kind());
        group.reset(10);
        assertEquals(List.of(), group.configurationIndexes());
    }

    @Test
    void aDroppedGroupIsGoneAndItsNameIsFree() {
        group.append(data(1, 10, 1));

        group.drop();

        assertThrows(IllegalStateException.class, () -> group.append(data(11, 11, 1)));
        assertTrue(log.find("chat--1").isEmpty());
        GroupLog again = log.group("chat--1");
        assertEquals(0, again.lastIndex());
        again.append(data(1, 1, 1));
        assertEquals("index 1", text(again.read(1)));
    }

    @Test
    void takesEmptyAndLargePayloads() {
        byte[] large = new byte[3 << 20];
        large[large.length - 1] = 9;
        group.append(List.of(LogRecord.data(1, 1, new byte[0]), LogRecord.data(2, 1, large)));

        assertEquals(0, group.read(1).orElseThrow().payload().remaining());
        assertEquals(ByteBuffer.wrap(large), group.read(2).orElseThrow().payload());
        assertThrows(
                IllegalArgumentException.class,
                () -> group.append(List.of(LogRecord.data(3, 1, new byte[Frame.BYTES_MAX]))));
    }

    private static LogRecord configuration(long index, long term) {
        return new LogRecord(LogRecord.Kind.CONFIGURATION, index, term, ByteBuffer.wrap(new byte[] {1}));
    }
}
