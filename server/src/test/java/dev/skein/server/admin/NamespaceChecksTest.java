package dev.skein.server.admin;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.proto.admin.v1.AlterNamespaceRequest;
import dev.skein.proto.admin.v1.NamespaceSpec;
import dev.skein.proto.admin.v1.SurvivalGoal;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespaceChecksTest {

    private static final List<String> REGIONS = List.of("us", "eu");

    @Test
    void aNameIsEnough() {
        assertDoesNotThrow(() -> NamespaceChecks.check(spec().build(), REGIONS));
    }

    @Test
    void namesTheFieldAndWhatWasExpected() {
        assertEquals("shards: 1025 (expected: 1 to 1024, or 0 for 24)", problem(spec().setShards(1_025)));
        assertEquals("shards: 4294967295 (expected: 1 to 1024, or 0 for 24)", problem(spec().setShards(-1)));
        assertEquals("voters: 4 (expected: 3, 5, or 0 for what the goal suggests)", problem(spec().setVoters(4)));
        assertEquals(
                "voters: 5 (expected: 3 for survival goal ZONE, or 0)",
                problem(spec().setVoters(5).setSurvivalGoal(SurvivalGoal.SURVIVAL_GOAL_ZONE)));
        assertEquals("home_region: mars (expected: one of us, eu)", problem(spec().setHomeRegion("mars")));
        assertEquals(
                "dedup_window_ms: 5 (expected: 1000 to 604800000, or 0 for the default)",
                problem(spec().setDedupWindowMs(5)));
        assertEquals(
                "message_bytes_max: 1000000 (expected: 1 to 524288, or 0 for 262144)",
                problem(spec().setMessageBytesMax(1_000_000)));
        assertEquals(
                "survival_goal: 77 (expected: a value of this protocol version)",
                problem(spec().setSurvivalGoalValue(77)));
        assertEquals("fsync: 9 (expected: a value of this protocol version)", problem(spec().setFsyncValue(9)));
    }

    @Test
    void theControlGroupsNameIsTaken() {
        assertEquals(
                "name: control (expected: another name; the control group has this one)",
                problem(spec().setName("control")));
    }

    @Test
    void aChangeIsCheckedTheSameWay() {
        AlterNamespaceRequest request = AlterNamespaceRequest.newBuilder()
                .setName("chat")
                .setHomeRegion("mars")
                .build();

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> NamespaceChecks.check(request, REGIONS));

        assertEquals("home_region: mars (expected: one of us, eu)", refused.getMessage());
    }

    private static NamespaceSpec.Builder spec() {
        return NamespaceSpec.newBuilder().setName("chat");
    }

    private static String problem(NamespaceSpec.Builder spec) {
        return assertThrows(IllegalArgumentException.class, () -> NamespaceChecks.check(spec.build(), REGIONS))
                .getMessage();
    }
}
