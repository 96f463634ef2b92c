package dev.skein.replication.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.replication.v1.AcknowledgedEntries;
import dev.skein.proto.replication.v1.JoinResponse;
import dev.skein.replication.nodelog.InMemoryNodeLog;
import dev.skein.replication.nodelog.LogRecord;
import dev.skein.replication.nodelog.SlotFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that ends at index 2, in a storage of incarnation 1 that knows term 5. */
class KeptPromisesTest {

    @TempDir
    Path groups;

    private final InMemoryNodeLog log = new InMemoryNodeLog();

    @BeforeEach
    void fill() throws IOException {
        log.group("g").append(List.of(LogRecord.data(1, 4, new byte[1]), LogRecord.data(2, 4, new byte[1])));
        Path group = Files.createDirectories(groups.resolve("g"));
        SlotFile.create(
                        group.resolve("raft-meta"),
                        ByteBuffer.allocate(8).putLong(5).array())
                .close();
    }

    private Optional<String> broken(long incarnation, long term, long index, long committed) throws IOException {
        return broken("g", incarnation, term, index, committed);
    }

    private Optional<String> broken(String group, long incarnation, long term, long index, long committed)
            throws IOException {
        AcknowledgedEntries known = AcknowledgedEntries.newBuilder()
                .setGroup(group)
                .setStorageIncarnation(incarnation)
                .setTerm(term)
                .setIndex(index)
                .setCommittedIndex(committed)
                .build();
        JoinResponse answer =
                JoinResponse.newBuilder().setNode("us-a").addAcknowledged(known).build();
        return new KeptPromises(1, log, groups).broken(List.of(answer));
    }

    @Test
    void whatIsThereIsKept() throws IOException {
        assertEquals(Optional.empty(), broken(1, 5, 2, 2));
        assertEquals(Optional.empty(), broken(1, 4, 1, 9));
    }

    @Test
    void anEntryOfTheLeadersTermMayNotBeMissing() throws IOException {
        assertEquals(
                "group g: log ends at index 2 in term 5 (expected: at least index 3 in term 5, which us-a has an"
                        + " acknowledgement of)",
                broken(1, 5, 3, 0).orElseThrow());
    }

    @Test
    void aLaterLeaderMayHaveTakenBackWhatWasNotCommitted() throws IOException {
        assertEquals(Optional.empty(), broken(1, 4, 3, 2));
        assertTrue(broken(1, 4, 3, 3).isPresent());
    }

    @Test
    void anOlderTermThanThatOfTheAcknowledgementIsARollback() throws IOException {
        assertTrue(broken(1, 6, 1, 1).isPresent());
    }

    @Test
    void aGroupThatIsGoneIsARollback() throws IOException {
        assertTrue(broken("h", 1, 1, 1, 1).isPresent());
    }

    @Test
    void anotherStoragesPromisesAreNotThisOnes() throws IOException {
        assertEquals(Optional.empty(), broken(2, 9, 9, 9));
    }
}
