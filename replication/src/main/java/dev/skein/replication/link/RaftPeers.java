package dev.skein.replication.link;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.util.Endpoint;
import dev.skein.core.Checks;
import dev.skein.core.NodeId;

/**
 * The two names of a replica's place. To Raft a node is {@code PeerId(node id, port 1, storage incarnation)}: the address is not
 * part of the identity, and a wiped node that comes back is somebody else.
 */
public final class RaftPeers {

    private static final int PORT = 1;

    private RaftPeers() {}

    /** Raft's name of a node with the storage it has now. */
    public static PeerId peer(NodeId node, int storageIncarnation) {
        Checks.check(storageIncarnation >= 1, "storageIncarnation", storageIncarnation, "at least 1");
        return new PeerId(node.value(), PORT, storageIncarnation);
    }

    /** The node behind a Raft name. */
    public static NodeId node(PeerId peer) {
        return node(peer.getEndpoint());
    }

    /** The node behind the part of a Raft name that JRaft calls an address. */
    public static NodeId node(Endpoint endpoint) {
        return new NodeId(endpoint.getIp());
    }

    /** The storage incarnation in a Raft name. */
    public static int storageIncarnation(PeerId peer) {
        return peer.getIdx();
    }

    static Endpoint endpoint(NodeId node) {
        return new Endpoint(node.value(), PORT);
    }

    /**
     * Parses Raft's textual form.
     *
     * @throws IllegalArgumentException when the text isn't one
     */
    static PeerId parse(String text) {
        PeerId peer = new PeerId();
        Checks.check(peer.parse(text), "peer", text, "node:port:incarnation");
        return peer;
    }
}
