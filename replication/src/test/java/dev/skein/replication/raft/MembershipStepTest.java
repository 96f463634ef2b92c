package dev.skein.replication.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipStepTest {

    @Test
    void nothingIsLeftToDoWhenMembersAreAsWanted() {
        assertEquals(
                Optional.empty(),
                step(conf(List.of("a:1", "b:1", "c:1"), List.of("d:1")), List.of("c:1", "b:1", "a:1"), List.of("d:1")));
    }

    @Test
    void everyStepIsOneThatRaftTakesAndTheyEnd() {
        Configuration present = conf(List.of("a:1", "b:1", "c:1"), List.of("d:1", "e:1"));
        List<String> voters = List.of("b:1", "d:1", "f:1");
        List<String> learners = List.of("a:1", "e:2");

        int steps = 0;
        Optional<Configuration> next = step(present, voters, learners);
        while (next.isPresent()) {
            assertTrue(new ConfigurationEntry(null, next.get(), present).isValid(), present + " -> " + next.get());
            present = next.get();
            next = step(present, voters, learners);
            steps++;
            assertTrue(steps <= 3, "still changing: " + present);
        }

        assertEquals(voters, Members.texts(present.listPeers()));
        assertEquals(learners, Members.texts(present.listLearners()));
    }

    @Test
    void aWipedNodeIsReplacedByItsNewIdentity() {
        Configuration present = conf(List.of("a:1", "b:1", "c:1"), List.of());

        Configuration next =
                step(present, List.of("a:1", "b:1", "c:2"), List.of()).orElseThrow();

        assertEquals(List.of("a:1", "b:1", "c:2"), Members.texts(next.listPeers()));
    }

    @Test
    void whoIsToVoteLearnsUntilItHasNearlyEverything() {
        List<String> wanted = List.of("a:1", "b:1", "c:2");
        Configuration present = conf(List.of("a:1", "b:1", "c:1"), List.of("d:1"));

        Configuration learning =
                step(present, wanted, List.of("d:1"), List.of()).orElseThrow();
        assertEquals(List.of("a:1", "b:1", "c:1"), Members.texts(learning.listPeers()));
        assertEquals(Set.of("d:1", "c:2"), Set.copyOf(Members.texts(learning.listLearners())));
        assertTrue(new ConfigurationEntry(null, learning, present).isValid());
        assertEquals(Optional.empty(), step(learning, wanted, List.of("d:1"), List.of()), "it is waited for");

        Configuration ready =
                step(learning, wanted, List.of("d:1"), List.of("c:2")).orElseThrow();
        assertEquals(List.of("d:1"), Members.texts(ready.listLearners()));
        Configuration voting =
                step(ready, wanted, List.of("d:1"), List.of("c:2")).orElseThrow();
        assertEquals(wanted, Members.texts(voting.listPeers()));
        assertEquals(Optional.empty(), step(voting, wanted, List.of("d:1"), List.of()));
    }

    private static Optional<Configuration> step(Configuration present, List<String> voters, List<String> learners) {
        return MembershipStep.next(present, Members.peers(voters), Members.peers(learners), peer -> true);
    }

    private static Optional<Configuration> step(
            Configuration present, List<String> voters, List<String> learners, List<String> ready) {
        return MembershipStep.next(
                present, Members.peers(voters), Members.peers(learners), Members.peers(ready)::contains);
    }

    private static Configuration conf(List<String> voters, List<String> learners) {
        return new Configuration(Members.peers(voters), Members.peers(learners));
    }
}
