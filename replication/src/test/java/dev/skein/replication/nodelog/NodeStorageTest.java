package dev.skein.replication.nodelog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.core.NodeId;
import dev.skein.replication.nodelog.StorageRefusedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStorageTest {

    private static final NodeId NODE = new NodeId("us-a");

    @TempDir
    Path directory;

    private final Random random = new Random(1);

    @Test
    void keepsItsIdentity() {
        StorageId made;
        try (NodeStorage storage = open("demo", NODE)) {
            made = storage.id();
            assertEquals(3, storage.incarnation());
        }
        try (NodeStorage storage = open("demo", NODE)) {
            assertEquals(made, storage.id());
        }
    }

    @Test
    void refusesOtherOwnersAndASecondUser() {
        try (NodeStorage ignored = open("demo", NODE)) {
            assertEquals(Reason.IN_USE, refusal("demo", NODE));
        }
        assertEquals(Reason.OTHER_CLUSTER, refusal("production", NODE));
        assertEquals(Reason.OTHER_NODE, refusal("demo", new NodeId("us-b")));
    }

    @Test
    void refusesADamagedOrMissingIdentity() throws IOException {
        open("demo", NODE).close();
        Path identity = directory.resolve("identity");
        byte[] bytes = Files.readAllBytes(identity);
        for (int at = 0; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 1;
            Files.write(identity, damaged);
            assertEquals(Reason.DAMAGED_IDENTITY, refusal("demo", NODE), "byte " + at);
        }
        Files.delete(identity);
        Files.createDirectory(directory.resolve("log"));
        assertEquals(Reason.DAMAGED_IDENTITY, refusal("demo", NODE));
    }

    @Test
    void staysQuarantinedWithTheFirstReason() {
        try (NodeStorage storage = open("demo", NODE)) {
            assertEquals(Optional.empty(), storage.quarantined());
            storage.quarantine("segment 3 offset 96: invalid record");
            storage.quarantine("something later");
        }
        try (NodeStorage storage = open("demo", NODE)) {
            assertEquals(Optional.of("segment 3 offset 96: invalid record"), storage.quarantined());
        }
    }

    private Reason refusal(String cluster, NodeId node) {
        StorageRefusedException refused = assertThrows(StorageRefusedException.class, () -> open(cluster, node));
        assertTrue(refused.getMessage().contains("expected: "), refused.getMessage());
        return refused.reason();
    }

    private NodeStorage open(String cluster, NodeId node) {
        return NodeStorage.open(directory, cluster, node, () -> new NodeStorage.Fresh(StorageId.random(random), 3));
    }
}
