package dev.skein.replication.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.alipay.sofa.jraft.entity.PeerId;
import dev.skein.core.NodeId;
import org.junit.jupiter.api.Test;

class RaftPeersTest {

    private final NodeId node = new NodeId("us-a");

    @Test
    void theNameSurvivesItsTextualForm() {
        PeerId peer = RaftPeers.parse(RaftPeers.peer(node, 3).toString());
        assertEquals(RaftPeers.peer(node, 3), peer);
        assertEquals(node, RaftPeers.node(peer));
        assertEquals(3, RaftPeers.storageIncarnation(peer));
    }

    @Test
    void aWipedNodeIsSomebodyElse() {
        assertNotEquals(RaftPeers.peer(node, 1), RaftPeers.peer(node, 2));
    }

    @Test
    void refusesWhatIsNoName() {
        assertThrows(IllegalArgumentException.class, () -> RaftPeers.parse("nonsense"));
        assertThrows(IllegalArgumentException.class, () -> RaftPeers.peer(node, 0));
    }
}
