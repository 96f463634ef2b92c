package dev.skein.replication.link;

import static dev.skein.core.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import dev.skein.core.NodeId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftLinksIT {

    private static final int QUIET = 120_000;

    @Test
    void electsALeaderAndReplicatesInOrder() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().connected().group("g", 500, 5)) {
            LinkedNodes.Member leader = nodes.leader("g");
            List<String> sent =
                    IntStream.range(0, 10_000).mapToObj(i -> "entry " + i).toList();
            for (int i = 0; i < sent.size(); i++) {
                int done = i;
                LinkedNodes.propose(leader.replica("g"), sent.get(i));
                // A ring's slots come free a batch at a time, so up to four times the step may be taken: 256 there are.
                if (i % 50 == 0) {
                    eventually("room", () -> leader.machine("g").applied.size() > done - 50);
                }
            }
            for (LinkedNodes.Member member : nodes.members) {
                eventually("all applied", () -> member.machine("g").applied.size() >= sent.size());
                assertEquals(sent, member.machine("g").applied);
            }
        }
    }

    @Test
    void catchesUpAfterAWireWasSilent() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().connected().group("g", QUIET, 600)) {
            LinkedNodes.Member leader = nodes.member(0);
            nodes.elect(leader, "g");
            assertEquals(leader, nodes.leader("g"));
            LinkedNodes.Member follower = nodes.member(1);
            WireProxy wire = leader.wires.get(follower.id);
            wire.silence();
            eventually("the silence is noticed", () -> !leader.links.isUp(follower.id));
            IntStream.range(0, 50).forEach(i -> LinkedNodes.propose(leader.replica("g"), "entry " + i));
            eventually("the others go on", () -> leader.machine("g").applied.size() == 50);
            assertEquals(List.of(), follower.machine("g").applied);
            wire.heal();
            eventually("caught up", () -> follower.machine("g").applied.size() == 50);
            assertTrue(wire.accepted() > 1);
        }
    }

    @Test
    void aFollowerThatMissedTheLogInstallsTheSnapshot(@TempDir Path directory) throws Exception {
        try (LinkedNodes nodes =
                LinkedNodes.three().connected().withSnapshots(directory).group("g", QUIET, 600)) {
            LinkedNodes.Member leader = nodes.member(0);
            nodes.elect(leader, "g");
            nodes.leader("g");
            LinkedNodes.Member follower = nodes.member(2);
            leader.wires.get(follower.id).silence();
            eventually("the silence is noticed", () -> !leader.links.isUp(follower.id));
            List<String> sent =
                    IntStream.range(0, 100).mapToObj(i -> "entry " + i).toList();
            sent.forEach(entry -> LinkedNodes.propose(leader.replica("g"), entry));
            eventually("the others go on", () -> leader.machine("g").applied.size() == 100);
            // The log's prefix goes with the second snapshot.
            snapshot(leader);
            LinkedNodes.propose(leader.replica("g"), "last");
            eventually("applied", () -> leader.machine("g").applied.size() == 101);
            snapshot(leader);
            leader.wires.get(follower.id).heal();
            eventually("caught up", () -> follower.machine("g").applied.size() == 101);
            assertEquals(leader.machine("g").applied, follower.machine("g").applied);
            assertEquals(1, follower.machine("g").snapshotsLoaded.get());
        }
    }

    @Test
    void aLeaderWhoseDiskStandsStillFallsSilentAndIsSucceeded() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().connected().group("g", 500, 5)) {
            LinkedNodes.Member old = nodes.leader("g");
            LinkedNodes.propose(old.replica("g"), "before");
            eventually("applied", () -> old.machine("g").applied.size() == 1);

            old.disk.stalled = true;
            eventually("it steps down", () -> !old.replica("g").isLeader(false));
            LinkedNodes.Member heir = nodes.leader("g");
            assertFalse(heir == old);
            LinkedNodes.propose(heir.replica("g"), "meanwhile");
            eventually("the others go on", () -> heir.machine("g").applied.size() == 2);
            assertEquals(List.of("before"), old.machine("g").applied, "it takes nothing in");
            eventually("others know", () -> !heir.links.mayLead(old.id));

            old.disk.stalled = false;
            eventually("caught up", () -> old.machine("g").applied.size() == 2);
            eventually("others know", () -> heir.links.mayLead(old.id));
        }
    }

    @Test
    void aFollowerWithoutRoomTakesHeartbeatsButNoEntries() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().connected().group("g", QUIET, 600)) {
            LinkedNodes.Member leader = nodes.member(0);
            nodes.elect(leader, "g");
            nodes.leader("g");
            LinkedNodes.Member full = nodes.member(1);
            LinkedNodes.propose(leader.replica("g"), "before");
            eventually("applied", () -> full.machine("g").applied.size() == 1);

            full.disk.full = true;
            LinkedNodes.propose(leader.replica("g"), "meanwhile");
            eventually(
                    "the others go on",
                    () -> nodes.member(2).machine("g").applied.size() == 2);
            assertEquals(List.of("before"), full.machine("g").applied);

            full.disk.full = false;
            eventually("caught up", () -> full.machine("g").applied.size() == 2);
        }
    }

    private static void snapshot(LinkedNodes.Member member) throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        member.replica("g").snapshot(status -> done.complete(status.isOk()));
        assertTrue(done.get(20, TimeUnit.SECONDS));
    }

    @Test
    void goesOnAfterALinkWasReset() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().connected().group("g", QUIET, 600)) {
            LinkedNodes.Member leader = nodes.member(0);
            nodes.elect(leader, "g");
            nodes.leader("g");
            for (int i = 0; i < 200; i++) {
                LinkedNodes.propose(leader.replica("g"), "entry " + i);
                if (i % 50 == 25) {
                    leader.wires.values().forEach(WireProxy::reset);
                }
            }
            List<String> sent =
                    IntStream.range(0, 200).mapToObj(i -> "entry " + i).toList();
            for (LinkedNodes.Member member : nodes.members) {
                eventually("all applied", () -> member.machine("g").applied.size() >= 200);
                assertEquals(sent, member.machine("g").applied);
            }
        }
    }

    /** Without the push the followers would learn of the commit from a heartbeat a minute later. */
    @Test
    void followersApplyAPushedCommitAtOnce() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().connected().group("g", QUIET, 2)) {
            LinkedNodes.Member leader = nodes.member(0);
            NodeImpl node = leader.replica("g");
            leader.machine("g").onAppliedIndex = index -> leader.links.pushCommit(
                    "g",
                    leader.peer(),
                    1,
                    index,
                    1,
                    nodes.members.stream().map(LinkedNodes.Member::peer).toList());
            nodes.elect(leader, "g");
            nodes.leader("g");
            for (int i = 1; i <= 20; i++) {
                int count = i;
                LinkedNodes.propose(node, "entry " + i);
                eventually("followers applied " + i, () -> nodes.members.stream()
                        .allMatch(m -> m.machine("g").applied.size() == count));
            }
        }
    }

    @Test
    void aDeadPeerFailsInvocationsAtOnceAndStopsNobody() throws Exception {
        NodeId dead = new NodeId("us-b");
        PeerId deadPeer = RaftPeers.peer(dead, 1);
        try (LinkedNodes nodes = LinkedNodes.three().connected().group("g", 500, 5, deadPeer)) {
            LinkedNodes.Member leader = nodes.leader("g");
            LinkedNodes.propose(leader.replica("g"), "entry");
            eventually("applied", () -> nodes.members.stream()
                    .allMatch(m -> m.machine("g").applied.size() == 1));
            RaftMessage vote = vote(leader, deadPeer, 9);
            assertThrows(
                    RemotingException.class,
                    () -> leader.links.link(dead).invoke(vote, (result, failure) -> {}, 1_000));
        }
    }

    @Test
    void allGroupsShareOneStreamPerOrderedPair() throws Exception {
        int groups = 24;
        try (LinkedNodes nodes = LinkedNodes.three().connected()) {
            IntStream.range(0, groups).forEach(i -> nodes.group("g" + i, 1_000, 5));
            for (int i = 0; i < groups; i++) {
                String group = "g" + i;
                LinkedNodes.propose(nodes.leader(group).replica(group), "entry of " + group);
                eventually("applied in " + group, () -> nodes.members.stream()
                        .allMatch(m -> m.machine(group).applied.equals(List.of("entry of " + group))));
            }
            for (LinkedNodes.Member member : nodes.members) {
                assertEquals(2, member.channels.get());
                assertEquals(2, member.links.inboundLinks());
            }
        }
    }

    @Test
    void aStrangersVoteDoesNotUnseatALeader() throws Exception {
        try (LinkedNodes nodes =
                LinkedNodes.three().add("us-x", "test", EntrySource.none()).wire()) {
            LinkedNodes.Member stranger = nodes.members.remove(3);
            nodes.connected().group("g", 500, 5);
            nodes.members.add(stranger);
            LinkedNodes.Member leader = nodes.leader("g");
            stranger.links.connect(leader.id);
            eventually("the stranger is connected", () -> stranger.links.isUp(leader.id));
            Object answer = invoke(stranger, leader, vote(stranger, leader.peer(), 1_000));
            assertEquals(RaftError.EACCES.getNumber(), ((ErrorResponse) answer).getErrorCode());
            LinkedNodes.propose(leader.replica("g"), "entry");
            eventually("still leads", () -> leader.machine("g").applied.equals(List.of("entry")));
        }
    }

    @Test
    void aRequestInAnothersNameIsRefused() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().connected().group("g", QUIET, 5)) {
            LinkedNodes.Member liar = nodes.member(0);
            RaftMessage forged = vote(nodes.member(1), nodes.member(2).peer(), 5);
            Object answer = invoke(liar, nodes.member(2), forged);
            assertEquals(RaftError.EACCES.getNumber(), ((ErrorResponse) answer).getErrorCode());
        }
    }

    @Test
    void whoIsReachedReachesBackBeforeItHasAnythingToSend() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().wire()) {
            LinkedNodes.Member one = nodes.member(0);
            LinkedNodes.Member other = nodes.member(1);
            one.links.connect(other.id);
            eventually("linked back", () -> other.links.isUp(one.id));
            assertFalse(other.links.isUp(nodes.member(2).id));
        }
    }

    @Test
    void anHeirStandsAsSoonAsItHasEverythingThatItsLeaderHas() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().connected().group("g", QUIET, 600)) {
            LinkedNodes.Member leader = nodes.member(0);
            nodes.elect(leader, "g");
            nodes.leader("g");
            LinkedNodes.Member heir = nodes.member(1);
            LinkedNodes.propose(leader.replica("g"), "one");
            eventually("applied", () -> heir.machine("g").applied.size() == 1);
            long last = leader.replica("g").getLastLogIndex();
            leader.links.handOver("g", leader.peer(), heir.peer(), 1, last + 1);
            LinkedNodes.propose(leader.replica("g"), "two");

            eventually("handed over", () -> heir.replica("g").isLeader(false));
            eventually("nothing is lost", () -> heir.machine("g").applied.equals(List.of("one", "two")));
        }
    }

    @Test
    void nobodyConnectsToItselfThoughAGroupMayNameAnEarlierStorageOfItsNode() throws Exception {
        try (LinkedNodes nodes = LinkedNodes.three().wire()) {
            LinkedNodes.Member one = nodes.member(0);
            LinkedNodes.Member other = nodes.member(1);
            one.wires.put(one.id, one.wires.get(other.id));
            one.links.connect(one.id);
            one.links.connect(other.id);
            eventually("linked", () -> one.links.isUp(other.id));
            assertEquals(1, one.channels.get());
        }
    }

    @Test
    void aNodeOfAnotherClusterIsNotLinked() throws Exception {
        try (LinkedNodes nodes = new LinkedNodes()
                .add("us-a", "test", EntrySource.none())
                .add("eu-a", "other", EntrySource.none())
                .wire()) {
            LinkedNodes.Member one = nodes.member(0);
            one.links.connect(nodes.member(1).id);
            eventually("tried more than once", () -> one.channels.get() > 2);
            assertFalse(one.links.isUp(nodes.member(1).id));
            assertEquals(0, nodes.member(1).links.inboundLinks());
        }
    }

    private static Object invoke(LinkedNodes.Member from, LinkedNodes.Member to, RaftMessage message) throws Exception {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        from.links
                .link(to.id)
                .invoke(
                        message,
                        (result, failure) -> {
                            if (failure != null) {
                                answer.completeExceptionally(failure);
                            } else {
                                answer.complete(result);
                            }
                        },
                        10_000);
        return answer.get(20, TimeUnit.SECONDS);
    }

    private static RaftMessage vote(LinkedNodes.Member candidate, PeerId voter, long term) {
        return RaftMessage.of(RequestVoteRequest.newBuilder()
                        .setGroupId("g")
                        .setServerId(candidate.peer().toString())
                        .setPeerId(voter.toString())
                        .setTerm(term)
                        .setLastLogIndex(1_000_000)
                        .setLastLogTerm(term - 1)
                        .setPreVote(false)
                        .build())
                .orElseThrow();
    }
}
