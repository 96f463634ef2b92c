package dev.skein.replication.host;

import dev.skein.core.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who should lead a group, as its leader sees it: of the voters that can, the one that most others can hear, and of several the first in the
 * order of preference. A leader whom some voter can't hear, while another voter can be heard by all, keeps that voter's clients from publishing and
 * its subscribers from hearing, although everybody is up.
 */
final class LeaderChoice {

    /** What is known of other nodes. */
    interface Sight {

        /** Whether a node can be handed leadership now. */
        boolean canLead(NodeId node);

        /** Whether it can, and has been able to for so long that leadership may move without need. */
        boolean isFit(NodeId node);

        /** Whether one node hears another; either may be this one. */
        boolean hears(NodeId node, NodeId other);
    }

    private final NodeId self;
    private final Sight sight;

    LeaderChoice(NodeId self, Sight sight) {
        this.self = self;
        this.sight = sight;
    }

    /**
     * The voter that leadership should go to; empty when it is well where it is.
     *
     * @param voters in the order of preference
     * @param draining nodes that lead nothing if others can
     * @param selfMayStay whether this node may keep leaderships that another node could have
     */
    Optional<NodeId> wanted(List<String> voters, Set<String> draining, boolean selfMayStay) {
        List<NodeId> all = voters.stream().map(NodeId::new).toList();
        long unheardHere = unheard(self, all);
        NodeId best = self;
        long leastUnheard = Long.MAX_VALUE;
        for (NodeId voter : all) {
            long unheard = unheard(voter, all);
            boolean can = voter.equals(self)
                    ? selfMayStay
                    : sight.isFit(voter) || unheard < unheardHere && sight.canLead(voter);
            if (can && !draining.contains(voter.value()) && unheard < leastUnheard) {
                leastUnheard = unheard;
                best = voter;
            }
        }
        return Optional.of(best).filter(voter -> !voter.equals(self));
    }

    private long unheard(NodeId node, List<NodeId> voters) {
        return voters.stream()
                .filter(other -> !other.equals(node) && !sight.hears(node, other))
                .count();
    }
}
