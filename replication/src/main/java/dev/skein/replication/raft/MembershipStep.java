package dev.skein.replication.raft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The next configuration on the way from the present members to the wanted ones.
 *
 * <p>Who is to vote learns first, until it has nearly everything: JRaft gives a new voter one election timeout after another to catch up and
 * begins anew, with another snapshot from its first byte, whenever it hasn't heard from it for one. A state of some megabytes never got through a busy way
 * between regions. A learner is given all the time it needs.
 *
 * <p>Then there are three steps at most, because JRaft refuses a change in which a peer is a learner on one side and a voter on the other: learners
 * that will vote stop learning, the voters change, the learners become the wanted ones.
 */
final class MembershipStep {

    private MembershipStep() {}

    /**
     * The next step, or nothing when there is none or it has to wait for a learner.
     *
     * @param ready whether a peer has nearly everything that the leader has
     */
    static Optional<Configuration> next(
            Configuration present, List<PeerId> voters, List<PeerId> learners, Predicate<PeerId> ready) {
        Set<PeerId> presentVoters = new LinkedHashSet<>(present.listPeers());
        Set<PeerId> presentLearners = new LinkedHashSet<>(present.listLearners());
        Set<PeerId> wantedVoters = new LinkedHashSet<>(voters);

        Set<PeerId> behind = new LinkedHashSet<>(wantedVoters);
        behind.removeAll(presentVoters);
        behind.removeIf(ready);
        if (!behind.isEmpty()) {
            Set<PeerId> learning = new LinkedHashSet<>(presentLearners);
            return learning.addAll(behind) ? Optional.of(configuration(presentVoters, learning)) : Optional.empty();
        }

        Set<PeerId> stillLearning = new LinkedHashSet<>(presentLearners);
        stillLearning.removeAll(wantedVoters);
        if (stillLearning.size() != presentLearners.size()) {
            return Optional.of(configuration(presentVoters, stillLearning));
        }
        if (!presentVoters.equals(wantedVoters)) {
            return Optional.of(configuration(wantedVoters, presentLearners));
        }
        Set<PeerId> wantedLearners = new LinkedHashSet<>(learners);
        wantedLearners.removeAll(wantedVoters);
        return presentLearners.equals(wantedLearners)
                ? Optional.empty()
                : Optional.of(configuration(wantedVoters, wantedLearners));
    }

    private static Configuration configuration(Set<PeerId> voters, Set<PeerId> learners) {
        return new Configuration(new ArrayList<>(voters), new ArrayList<>(learners));
    }
}
