package dev.skein.replication.raft;

import com.alipay.sofa.jraft.core.State;
import dev.skein.replication.ReplicaRole;

/** The role that a replica tells of itself. */
final class ToldRole {

    private ToldRole() {}

    /**
     * JRaft says that it leads some time before the machine is told in which term. Until then the replica only stands for election, as far as
     * others are told: a leader with the term of the one before it would be a second leader of that term.
     *
     * @param leadingTerm the term that the machine leads in; 0: none
     * @param member whether the replica votes
     */
    static ReplicaRole of(State state, long leadingTerm, boolean member) {
        if (!state.isActive()) {
            return ReplicaRole.FENCED;
        }
        return switch (state) {
            case STATE_LEADER, STATE_TRANSFERRING -> leadingTerm == 0 ? ReplicaRole.CANDIDATE : ReplicaRole.LEADER;
            case STATE_CANDIDATE -> ReplicaRole.CANDIDATE;
            default -> member ? ReplicaRole.FOLLOWER : ReplicaRole.LEARNER;
        };
    }
}
