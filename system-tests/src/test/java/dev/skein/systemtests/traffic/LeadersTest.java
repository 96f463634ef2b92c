package dev.skein.systemtests.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.admin.v1.NamespaceStatus;
import dev.skein.proto.admin.v1.NodeStatus;
import dev.skein.proto.admin.v1.ReplicaStatus;
import dev.skein.proto.admin.v1.ShardStatus;
import dev.skein.proto.admin.v1.StatusResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeadersTest {

    private static final List<String> REGIONS = List.of("us", "eu", "ap");

    private final StatusResponse.Builder status = StatusResponse.newBuilder();
    private final NamespaceStatus.Builder namespace =
            NamespaceStatus.newBuilder().setName("default");

    LeadersTest() {
        REGIONS.forEach(region ->
                status.addNodes(NodeStatus.newBuilder().setNode(region + "-a").setRegion(region)));
    }

    @Test
    void theRegionThatLeadsMostIsBusiest() {
        shard("eu-a", 5, 5);
        shard("ap-a", 5, 5);
        shard("ap-a", 5, 5);

        assertEquals("ap", leaders().busiest(REGIONS));
        assertEquals(2, leaders().led("ap"));
        assertEquals("eu", leaders().regionOf("default", 0));
    }

    @Test
    void amongEqualsTheFirstIsBusiest() {
        shard("ap-a", 5, 5);
        shard("eu-a", 5, 5);

        assertEquals("eu", leaders().busiest(REGIONS));
    }

    @Test
    void aShardWithoutALeaderIsLedNowhere() {
        shard("", 5, 5);

        assertEquals("", leaders().regionOf("default", 0));
        assertEquals(0, REGIONS.stream().mapToInt(leaders()::led).sum());
    }

    @Test
    void namesTheReplicaThatIsBehind() {
        shard("us-a", 7, 5);

        assertEquals(
                Optional.of("default/0: eu-a has applied 5 of 7"), leaders().behind());
    }

    @Test
    void replicasAtTheSameIndexAreNotBehind() {
        shard("us-a", 7, 7);

        assertEquals(Optional.empty(), leaders().behind());
        assertEquals(List.of("us-a", "eu-a"), leaders().holders("default", 0));
    }

    @Test
    void isAtHomeOnlyWhenEveryShardIs() {
        namespace.setShards(2).setShardsLedAtHome(1);
        assertFalse(leaders().allAtHome());

        namespace.setShardsLedAtHome(2);
        assertTrue(leaders().allAtHome());
    }

    private void shard(String leader, long usApplied, long euApplied) {
        namespace.addShardStatus(ShardStatus.newBuilder()
                .setShard(namespace.getShardStatusCount())
                .setLeader(leader)
                .addReplicas(replica("us-a", usApplied))
                .addReplicas(replica("eu-a", euApplied)));
    }

    private static ReplicaStatus replica(String node, long applied) {
        return ReplicaStatus.newBuilder().setNode(node).setAppliedIndex(applied).build();
    }

    private Leaders leaders() {
        return new Leaders(status.clone().addNamespaces(namespace).build());
    }
}
