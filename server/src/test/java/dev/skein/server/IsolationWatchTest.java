package dev.skein.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.RouterNode.MemberState;
import dev.skein.router.RouterNode.MemberView;
import java.util.List;
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

    private static MemberView member(String region, MemberState state) {
        return new MemberView(MemberRecord.newBuilder().setRegion(region).build(), state, 0);
    }
}
