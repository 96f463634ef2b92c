package dev.skein.replication.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.alipay.sofa.jraft.core.State;
import dev.skein.replication.ReplicaRole;
import org.junit.jupiter.api.Test;

class ToldRoleTest {

    @Test
    void whoWasElectedIsNoLeaderBeforeItKnowsItsTerm() {
        assertEquals(ReplicaRole.CANDIDATE, ToldRole.of(State.STATE_LEADER, 0, true));
        assertEquals(ReplicaRole.CANDIDATE, ToldRole.of(State.STATE_TRANSFERRING, 0, true));
        assertEquals(ReplicaRole.LEADER, ToldRole.of(State.STATE_LEADER, 7, true));
        assertEquals(ReplicaRole.LEADER, ToldRole.of(State.STATE_TRANSFERRING, 7, true));
    }

    @Test
    void whoDoesNotVoteLearns() {
        assertEquals(ReplicaRole.FOLLOWER, ToldRole.of(State.STATE_FOLLOWER, 0, true));
        assertEquals(ReplicaRole.LEARNER, ToldRole.of(State.STATE_FOLLOWER, 0, false));
    }

    @Test
    void whoStoppedIsFenced() {
        assertEquals(ReplicaRole.FENCED, ToldRole.of(State.STATE_ERROR, 7, true));
        assertEquals(ReplicaRole.FENCED, ToldRole.of(State.STATE_SHUTDOWN, 0, true));
    }
}
