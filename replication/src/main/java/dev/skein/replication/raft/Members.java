package dev.skein.replication.raft;

import com.alipay.sofa.jraft.entity.PeerId;
import dev.skein.core.Checks;
import dev.skein.core.NodeId;
import dev.skein.replication.link.RaftPeers;
import java.util.Collection;
import java.util.List;

/** Members of a group as text, {@code node:storage incarnation}, and as JRaft's names. */
public final class Members {

    private Members() {}

    /** A member's text. */
    public static String text(NodeId node, long storageIncarnation) {
        return node.value() + ":" + storageIncarnation;
    }

    /** The node of a member. */
    public static NodeId node(String member) {
        return RaftPeers.node(peer(member));
    }

    static String text(PeerId peer) {
        return text(RaftPeers.node(peer), RaftPeers.storageIncarnation(peer));
    }

    static List<String> texts(Collection<PeerId> peers) {
        return peers.stream().map(Members::text).sorted().toList();
    }

    static PeerId peer(String member) {
        int colon = member.lastIndexOf(':');
        Checks.check(colon > 0, "member", member, "node:incarnation");
        return RaftPeers.peer(new NodeId(member.substring(0, colon)), Integer.parseInt(member.substring(colon + 1)));
    }

    static List<PeerId> peers(Collection<String> members) {
        return members.stream().map(Members::peer).toList();
    }
}
