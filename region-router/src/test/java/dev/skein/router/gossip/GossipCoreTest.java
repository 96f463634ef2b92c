package dev.skein.router.gossip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.gossip.v1.ExchangeRequest;
import dev.skein.proto.gossip.v1.ExchangeResponse;
import dev.skein.proto.gossip.v1.MemberDigest;
import dev.skein.proto.gossip.v1.MemberRecord;
import dev.skein.router.detect.Verdict;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GossipCoreTest {

    private static final long STARTED = GossipWorld.START_MILLIS;

    private GossipWorld world;
    private GossipCore core;

    @BeforeEach
    void oneNode() {
        world = new GossipWorld(1);
        core = world.start("us-a", "us").core;
        world.run(Duration.ofSeconds(1));
    }

    @Test
    void refusesAnotherCluster() {
        ExchangeRequest foreign = Requests.from(Requests.record("eu-a", STARTED, 1)).toBuilder()
                .setClusterId("cluster-2")
                .build();

        ExchangeAnswer.Refused refused =
                assertInstanceOf(ExchangeAnswer.Refused.class, core.onRequest(foreign, world.nanoTime()));

        assertEquals(Reason.REASON_CLUSTER_MISMATCH, refused.error().getReason());
        assertEquals(
                "cluster_id: cluster-2 (expected: cluster-1)", refused.error().getText());
        assertEquals(1, core.members(world.nanoTime()).size());
    }

    @ParameterizedTest
    @MethodSource("unsound")
    void refusesARecordThatNoHonestNodeSends(MemberRecord record) {
        ExchangeAnswer answer = core.onRequest(Requests.from(record), world.nanoTime());

        assertInstanceOf(ExchangeAnswer.Refused.class, answer);
        assertEquals(1, core.members(world.nanoTime()).size());
        assertEquals(1, core.refusedRecords());
    }

    static Stream<MemberRecord> unsound() {
        MemberRecord good = Requests.record("eu-a", STARTED, 1);
        return Stream.of(
                good.toBuilder().setNode("EU A").build(),
                good.toBuilder().setIncarnation(0).build(),
                good.toBuilder().setIncarnation(Long.MAX_VALUE).build(),
                good.toBuilder().setVersion(-1).build(),
                good.toBuilder().setFactsVersion(2).build(),
                good.toBuilder().setRegion("").build(),
                good.toBuilder().setRegion("x".repeat(1_000)).build(),
                good.toBuilder().setPeerAddress("nowhere").build(),
                good.toBuilder().setClientAddress("host:99999").build(),
                good.toBuilder().setLoadPercent(101).build(),
                good.toBuilder().addSuspects("").build(),
                good.toBuilder().setQuarantined("x".repeat(600_000)).build());
    }

    @Test
    void holdsNoMoreMembersThanAllowed() {
        for (int i = 0; i < GossipConfig.MEMBERS_MAX + 10; i++) {
            core.onRequest(Requests.from(Requests.record("n" + i, STARTED, 1)), world.nanoTime());
        }

        assertEquals(GossipConfig.MEMBERS_MAX, core.members(world.nanoTime()).size());
        assertEquals(11, core.refusedRecords());
    }

    @Test
    void sendsFactsOnceAndThenOnlyHeartbeats() {
        tell("eu-b", 1);
        ExchangeResponse first = exchange(MemberDigest.getDefaultInstance());
        MemberRecord us = first.getRecordsList().stream()
                .filter(r -> r.getNode().equals("us-a"))
                .findFirst()
                .orElseThrow();
        world.run(Duration.ofSeconds(1));

        ExchangeResponse second = exchange(MemberDigest.newBuilder()
                .setNode("us-a")
                .setIncarnation(us.getIncarnation())
                .setVersion(us.getVersion())
                .setFactsVersion(us.getFactsVersion())
                .build());

        assertTrue(second.getRecordsList().stream().noneMatch(r -> r.getNode().equals("us-a")));
        assertEquals("us-a", second.getHeartbeats(0).getNode());
        assertTrue(second.getHeartbeats(0).getVersion() > us.getVersion());
    }

    @Test
    void asksForFactsThatOnlyADigestTellsOf() {
        ExchangeResponse response = exchange(MemberDigest.newBuilder()
                .setNode("ap-a")
                .setIncarnation(STARTED)
                .setVersion(4)
                .setFactsVersion(4)
                .build());

        assertEquals("ap-a", response.getWanted(0).getNode());
    }

    @Test
    void aLaterIncarnationWinsWhateverItsVersion() {
        tell("eu-b", 900);
        core.onRequest(Requests.from(Requests.record("eu-b", STARTED + 1, 1)), world.nanoTime());

        assertEquals(STARTED + 1, record("eu-b").getIncarnation());
        assertEquals(1, record("eu-b").getVersion());
    }

    @Test
    void anEarlierIncarnationIsIgnored() {
        tell("eu-b", 1);
        core.onRequest(Requests.from(Requests.record("eu-b", STARTED - 1, 900)), world.nanoTime());

        assertEquals(STARTED, record("eu-b").getIncarnation());
    }

    @Test
    void hearsayMovesANameOnlyWhenItsHolderIsSilent() {
        tell("eu-b", 1);
        MemberRecord elsewhere = Requests.record("eu-b", STARTED + 1, 1).toBuilder()
                .setPeerAddress("elsewhere.test:7000")
                .build();
        relay(elsewhere);
        assertEquals(GossipWorld.address("eu-b"), record("eu-b").getPeerAddress());

        world.run(Duration.ofSeconds(5));
        relay(elsewhere);
        assertEquals("elsewhere.test:7000", record("eu-b").getPeerAddress());
    }

    @Test
    void aRecordOfItselfFromOthersDoesNotReplaceItsOwn() {
        core.onRequest(
                Requests.from(Requests.record("eu-b", STARTED, 1)).toBuilder()
                        .addRecords(Requests.record("us-a", STARTED + 1_000, 7))
                        .build(),
                world.nanoTime());

        assertEquals("us", record("us-a").getRegion());
        assertEquals(Verdict.ALIVE, world.node("us-a").verdictOn("us-a"));
    }

    private void tell(String node, long version) {
        core.onRequest(Requests.from(Requests.record(node, STARTED, version)), world.nanoTime());
    }

    private void relay(MemberRecord record) {
        ExchangeRequest request = Requests.from(Requests.record("eu-c", STARTED, 1)).toBuilder()
                .addRecords(record)
                .build();
        core.onRequest(request, world.nanoTime());
    }

    private ExchangeResponse exchange(MemberDigest known) {
        ExchangeRequest.Builder request = Requests.from(Requests.record("eu-a", STARTED, 1)).toBuilder();
        if (!known.getNode().isEmpty()) {
            request.addKnown(known);
        }
        return assertInstanceOf(ExchangeAnswer.Accepted.class, core.onRequest(request.build(), world.nanoTime()))
                .response();
    }

    private MemberRecord record(String node) {
        return world.node("us-a").member(node).record();
    }
}
