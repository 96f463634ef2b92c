package dev.skein.replication.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.core.NodeId;
import dev.skein.proto.replication.v1.NodeRecord;
import dev.skein.replication.raft.RaftTiming;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may stand when, by where the voters are. */
class ElectionOrderTest {

    private static final RaftTiming STANDARD = new RaftTiming(860, 300, 2);

    @Test
    void ofThreeRegionsWithAVoterEachTheSecondIsSoleHeirOfTheFirst() {
        List<NodeRecord> voters = voters("us-a", "eu-a", "ap-a");
        assertEquals(soleHeirOf("eu-a"), ElectionOrder.timing(STANDARD, "us-a", voters));
        assertEquals(soleHeirOf("us-a"), ElectionOrder.timing(STANDARD, "eu-a", voters));
        assertEquals(STANDARD.reluctant(), ElectionOrder.timing(STANDARD, "ap-a", voters));
    }

    @Test
    void twoVotersOfARegionAreRivals() {
        List<NodeRecord> voters = voters("us-a", "us-b", "eu-a", "eu-b", "ap-a");
        for (String quick : List.of("us-a", "us-b", "eu-a", "eu-b")) {
            assertEquals(STANDARD, ElectionOrder.timing(STANDARD, quick, voters), quick);
        }
        assertEquals(STANDARD.reluctant(), ElectionOrder.timing(STANDARD, "ap-a", voters));
    }

    @Test
    void inOneRegionAllAreEqual() {
        List<NodeRecord> voters = voters("us-a", "us-b", "us-c");
        voters.forEach(voter -> assertEquals(STANDARD, ElectionOrder.timing(STANDARD, voter.getNode(), voters)));
    }

    @Test
    void whoDoesNotVoteWaitsForNobody() {
        assertEquals(STANDARD, ElectionOrder.timing(STANDARD, "sa-a", voters("us-a", "eu-a", "ap-a")));
    }

    private static RaftTiming soleHeirOf(String leader) {
        return STANDARD.soleHeirOf(Set.of(new NodeId(leader)));
    }

    private static List<NodeRecord> voters(String... nodes) {
        return Arrays.stream(nodes)
                .map(node -> NodeRecord.newBuilder()
                        .setNode(node)
                        .setRegion(node.substring(0, 2))
                        .build())
                .toList();
    }
}
