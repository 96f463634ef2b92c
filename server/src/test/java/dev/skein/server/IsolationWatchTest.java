package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.proto.gossip.v1.ShardLed;
import dev.skein.router.RouterNode.MemberState;
import dev.skein.router.RouterNode.MemberView;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IsolationWatchTest {

    @Test
    void aRegionThatSeesNoOtherOfThreeIsCutOff() {
        assertTrue(IsolationWatch.isMinority(
                "us",
                List.of(
                        member("us", MemberState.ALIVE),
                        member("eu", MemberState.DEAD),
                        member("ap", MemberState.SUSPECT))));
    }

    @Test
    void oneNodeAliveInAnotherRegionIsEnough() {
        assertFalse(IsolationWatch.isMinority(
                "us",
                List.of(
                        member("us", MemberState.ALIVE),
                        member("eu", MemberState.DEAD),
                        member("eu", MemberState.ALIVE),
                        member("ap", MemberState.DEAD))));
    }

    @Test
    void withTwoRegionsNeitherIsCutOff() {
        assertFalse(IsolationWatch.isMinority(
                "us", List.of(member("us", MemberState.ALIVE), member("eu", MemberState.DEAD))));
    }

    @Test
    void aNodeThatKnowsNobodyYetIsNotCutOff() {
        assertFalse(IsolationWatch.isMinority("us", List.of()));
    }

    @Test
    void aRegionThatStillLeadsAShardGoesOnServing() {
        assertTrue(IsolationWatch.leads("us", "control/0", List.of(leader("us", MemberState.ALIVE, "home/3"))));
    }

    @Test
    void leadingTheControlGroupOrElsewhereOrBeingDeadDoesNotCount() {
        assertFalse(IsolationWatch.leads(
                "us",
                "control/0",
                List.of(
                        leader("us", MemberState.ALIVE, "control/0"),
                        leader("us", MemberState.DEAD, "home/1"),
                        leader("eu", MemberState.ALIVE, "home/2"))));
    }

    @Test
    void sendsClientsToNodesOfOtherRegionsOnly() {
        List<MemberView> members = List.of(
                addressed("us", "us:1", false),
                addressed("eu", "eu:1", false),
                addressed("ap", "ap:1", false),
                addressed("eu", "router:1", true));
        List<String> endpoints = Draining.elsewhere("us", members, new Random(5));
        assertEquals(Set.of("eu:1", "ap:1"), Set.copyOf(endpoints));
    }

    private static MemberView addressed(String region, String address, boolean routerOnly) {
        MemberRecord record = MemberRecord.newBuilder()
                .setRegion(region)
                .setClientAddress(address)
                .setRouterOnly(routerOnly)
                .build();
        return new MemberView(record, MemberState.DEAD, 0);
    }

    private static MemberView leader(String region, MemberState state, String group) {
        MemberRecord record = MemberRecord.newBuilder()
                .setRegion(region)
                .addShardsLed(ShardLed.newBuilder().setGroup(group))
                .build();
        return new MemberView(record, state, 0);
    }

    private static MemberView member(String region, MemberState state) {
        return new MemberView(MemberRecord.newBuilder().setRegion(region).build(), state, 0);
    }
}
