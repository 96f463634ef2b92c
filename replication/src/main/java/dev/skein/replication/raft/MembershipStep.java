package dev.skein.replication.raft;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The next configuration on the way from the present members to the wanted ones. Three steps at most, because JRaft refuses a
 * change in which a peer is a learner on one side and a voter on the other: first learners that will vote stop learning, then the
 * voters change, then the learners become the wanted ones.
 */
final class MembershipStep {

    private MembershipStep() {}

    static Optional<Configuration> next(Configuration present, List<PeerId> voters, List<PeerId> learners) {
        Set<PeerId> presentVoters = new LinkedHashSet<>(present.listPeers());
        Set<PeerId> presentLearners = new LinkedHashSet<>(present.listLearners());
        Set<PeerId> wantedVoters = new LinkedHashSet<>(voters);

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
