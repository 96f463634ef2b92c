package dev.skein.replication.host;

import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.replication.raft.RaftTiming;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Who stands for election first when a leader is lost. */
final class ElectionOrder {

    /** Regions, in the order of preference, whose voters stand at once. */
    private static final int QUICK_REGIONS = 2;

    private ElectionOrder() {}

    /**
     * A node's timing. A voter whose region comes third or later leaves it to the others at first; who has no rival but the leader that is lost
     * needs no chance to decide between them.
     *
     * @param standard for any voter of the group
     * @param voters all voters of the group, in the order of preference
     */
    static RaftTiming timing(RaftTiming standard, String node, List<NodeRecord> voters) {
        List<String> regions =
                voters.stream().map(NodeRecord::getRegion).distinct().toList();
        Set<NodeId> quick = voters.stream()
                .filter(voter -> regions.indexOf(voter.getRegion()) < QUICK_REGIONS)
                .map(voter -> new NodeId(voter.getNode()))
                .collect(Collectors.toSet());
        if (quick.remove(new NodeId(node))) {
            return quick.size() == 1 ? standard.soleHeirOf(quick) : standard;
        }
        boolean votes = voters.stream().anyMatch(voter -> voter.getNode().equals(node));
        return votes ? standard.reluctant() : standard;
    }
}
