package dev.skein.server.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.ReceiptRun;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.SectionChannel;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.PublishOutcome.Accepted;
import dev.skein.replication.PublishOutcome.Refused;
import dev.skein.server.locate.LeaderDirectory;
import dev.skein.server.locate.Neighbours;
import dev.skein.server.locate.ShardMap;
import dev.skein.server.loopback.LoopbackReplication;
import dev.skein.server.loopback.LoopbackShard;
import dev.skein.server.loopback.ManualLoop;
import dev.skein.wire.Errors;
import dev.skein.wire.SectionView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublishLaneTest {

    private static final ShardId SHARD = new ShardId("default", 0);
    private static final NodeId SELF = new NodeId("self");
    private static final NodeId OLD = new NodeId("old");
    private static final NodeId NEW = new NodeId("new");
    private static final ByteString PRODUCER = ByteString.copyFromUtf8("0123456789abcdef");

    private final ManualLoop loop = new ManualLoop();
    private final Gossip gossip = new Gossip();
    private final Wire wire = new Wire();
    private final List<String> answers = new ArrayList<>();
    private final long startMillis = loop.wallMillis();
    private PublishLane lane = lane(List.of());

    private PublishLane lane(List<LoopbackShard> shards) {
        LoopbackReplication replication = new LoopbackReplication(SELF, shards);
        LeaderDirectory leaders = new LeaderDirectory(SELF, replication, gossip, new ShardMap(), loop);
        return new PublishLane(SHARD, wire, leaders, loop, loop, new Random(1));
    }

    @Test
    void pipelinesInOrder() {
        submit(1);
        submit(2);
        submit(3);
        assertEquals(List.of("1@old", "2@old", "3@old"), wire.sent);
    }

    @Test
    void resendsEverythingUnansweredInOrderAfterTheStreamBroke() {
        submit(1);
        submit(2);
        submit(3);
        wire.accept(1);
        gossip.leader = NEW;
        wire.refuse(2, Reason.REASON_OUTCOME_UNKNOWN);
        wire.refuse(3, Reason.REASON_OUTCOME_UNKNOWN);
        submit(4);
        loop.advance(200);
        assertEquals(List.of("2@new", "3@new", "4@new"), wire.sent.subList(3, 6));
        wire.accept(2);
        wire.accept(3);
        wire.accept(4);
        assertEquals(List.of("1 ok", "2 ok", "3 ok", "4 ok"), answers);
    }

    @Test
    void followsTheHintAtOnce() {
        submit(1);
        wire.refuse(1, Reason.REASON_NOT_LEADER, Map.of("leader", "new"));
        loop.advance(1);
        assertEquals(List.of("1@old", "1@new"), wire.sent);
    }

    @Test
    void waitsWhileThereIsNoLeaderAndSendsWhenThereIsOne() {
        gossip.leader = null;
        submit(1);
        submit(2);
        loop.advance(1_000);
        assertEquals(List.of(), wire.sent);
        gossip.leader = NEW;
        loop.advance(300);
        assertEquals(List.of("1@new", "2@new"), wire.sent);
    }

    @Test
    void whoHearsOfLeadersGoesToTheNextOneAtOnceHoweverOftenItWasRefused() {
        try (LoopbackShard shard = new LoopbackShard(SHARD)) {
            shard.addReplica(SELF);
            shard.leader(OLD);
            lane = lane(List.of(shard));
            submit(1);
            for (int times = 1; times <= 6; times++) {
                wire.refuse(1, Reason.REASON_NO_LEADER);
                loop.advance(175);
                assertEquals(1 + times, wire.sent.size(), "asked again once it may lead again");
            }
            wire.refuse(1, Reason.REASON_NO_LEADER);
            loop.advance(50);
            shard.leader(NEW);
            loop.advance(25);
            assertEquals("1@new", wire.sent.get(wire.sent.size() - 1));
        }
    }

    @Test
    void recallsWhatASilentOldLeaderHolds() {
        submit(1);
        submit(2);
        gossip.leader = NEW;
        loop.advance(100);
        lane.tick();
        loop.advance(1);
        assertEquals(List.of("1@new", "2@new"), wire.sent.subList(2, 4));
    }

    @Test
    void takesALateAcknowledgementOfARecalledAttempt() {
        submit(1);
        gossip.leader = NEW;
        loop.advance(100);
        lane.tick();
        wire.accept(1);
        assertEquals(List.of("1 ok"), answers);
        loop.advance(1_000);
        assertEquals(List.of("1@old"), wire.sent);
    }

    @Test
    void ignoresALateRefusalOfARecalledAttempt() {
        submit(1);
        Consumer<PublishOutcome> first = wire.pending.get(1L);
        gossip.leader = NEW;
        loop.advance(100);
        lane.tick();
        loop.advance(1);
        first.accept(new Refused(Errors.of(Reason.REASON_CONDITION_FAILED, "late")));
        loop.run();
        assertEquals(List.of(), answers);
        wire.accept(1);
        assertEquals(List.of("1 ok"), answers);
    }

    @Test
    void aGapBehindAnUnansweredPublishIsNoError() {
        submit(1);
        submit(2);
        wire.refuse(1, Reason.REASON_NOT_LEADER);
        wire.refuse(2, Reason.REASON_SEQUENCE_GAP);
        loop.advance(300);
        assertEquals(List.of("1@old", "2@old"), wire.sent.subList(2, 4));
        wire.accept(1);
        wire.accept(2);
        assertEquals(List.of("1 ok", "2 ok"), answers);
    }

    @Test
    void aGapWithNothingBeforeItIsToldToTheClient() {
        submit(5);
        wire.refuse(5, Reason.REASON_SEQUENCE_GAP);
        assertEquals(List.of("5 SEQUENCE_GAP"), answers);
    }

    @Test
    void neverRepeatsWhatIsNotRepeatable() {
        submit(1, false, 5_000);
        wire.refuse(1, Reason.REASON_OUTCOME_UNKNOWN);
        loop.advance(1_000);
        assertEquals(List.of("1@old"), wire.sent);
        assertEquals(List.of("1 OUTCOME_UNKNOWN"), answers);
    }

    @Test
    void repeatsWhatIsNotRepeatableWhenNothingWasProposed() {
        submit(1, false, 5_000);
        wire.refuse(1, Reason.REASON_NOT_LEADER);
        loop.advance(300);
        assertEquals(List.of("1@old", "1@old"), wire.sent);
    }

    @Test
    void doesNotRecallWhatIsNotRepeatable() {
        submit(1, false, 5_000);
        gossip.leader = NEW;
        loop.advance(100);
        lane.tick();
        loop.advance(500);
        assertEquals(List.of("1@old"), wire.sent);
    }

    @Test
    void saysDeadlineWhenNothingWasEverProposed() {
        gossip.leader = null;
        submit(1, true, 400);
        loop.advance(500);
        lane.tick();
        assertEquals(List.of("1 DEADLINE"), answers);
    }

    @Test
    void saysUnknownWhenTheDeadlinePassesAfterSending() {
        submit(1, true, 400);
        loop.advance(500);
        lane.tick();
        assertEquals(List.of("1 OUTCOME_UNKNOWN"), answers);
        assertTrue(lane.isIdle());
    }

    @Test
    void saysUnknownWhenAnEarlierAttemptMayHaveBeenProposed() {
        submit(1, true, 400);
        gossip.leader = null;
        wire.refuse(1, Reason.REASON_OUTCOME_UNKNOWN);
        loop.advance(500);
        lane.tick();
        assertEquals(List.of("1 OUTCOME_UNKNOWN"), answers);
    }

    @Test
    void everyDeadlineIsKeptWhateverTheOrderOfArrival() {
        gossip.leader = null;
        submit(1, true, 5_000);
        submit(2, true, 400);
        submit(3, true, 900);
        tickUntil(500);
        assertEquals(List.of("2 DEADLINE"), answers);
        submit(4, true, 200);
        tickUntil(800);
        assertEquals(List.of("2 DEADLINE", "4 DEADLINE"), answers);
        tickUntil(1_000);
        assertEquals("3 DEADLINE", answers.get(2));
        tickUntil(4_900);
        assertEquals(3, answers.size());
        tickUntil(5_100);
        assertEquals("1 DEADLINE", answers.get(3));
        assertTrue(lane.isIdle());
    }

    @Test
    void recallsFromTheOldLeaderThoughTheNewOneHasSomeToo() {
        submit(1);
        gossip.leader = NEW;
        submit(2);
        tickUntil(100);
        assertEquals(List.of("1@old", "2@new", "1@new"), wire.sent);
    }

    @Test
    void recallsWhatTwoOldLeadersHold() {
        submit(1, false, 5_000);
        submit(2);
        gossip.leader = NEW;
        tickUntil(100);
        submit(3);
        assertEquals(List.of("2@new", "3@new"), wire.sent.subList(2, 4));
        tickUntil(200);
        gossip.leader = new NodeId("newest");
        tickUntil(300);
        assertEquals(List.of("2@newest", "3@newest"), wire.sent.subList(4, 6));
        wire.accept(1);
        tickUntil(400);
        gossip.leader = OLD;
        tickUntil(500);
        assertEquals(List.of("2@old", "3@old"), wire.sent.subList(6, 8));
        assertEquals(List.of("1 ok"), answers);
    }

    @Test
    void asksWhoLeadsWhenTheLeaderIsSilent() {
        submit(1);
        loop.advance(400);
        lane.tick();
        assertEquals(1, wire.inquiries);
    }

    /** As the publisher ticks its lanes. */
    private void tickUntil(long millis) {
        while (loop.wallMillis() < startMillis + millis) {
            loop.advance(50);
            lane.tick();
        }
        loop.run();
    }

    private void submit(long sequence) {
        submit(sequence, true, 5_000);
    }

    private void submit(long sequence, boolean repeatable, long timeoutMillis) {
        CheckedPublish publish = new CheckedPublish(SHARD, section(sequence), repeatable, timeoutMillis);
        lane.submit(
                new PendingPublish(publish, loop.nanoTime(), outcome -> answers.add(sequence + " " + word(outcome))));
    }

    private static SectionView section(long sequence) {
        try {
            return SectionView.of(PublishSection.newBuilder()
                    .setProducer(PRODUCER)
                    .setFirstSequence(sequence)
                    .addChannels(SectionChannel.newBuilder()
                            .setChannel("default:room")
                            .addMessages(MessageBody.getDefaultInstance().toByteString()))
                    .build()
                    .toByteString());
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String word(PublishOutcome outcome) {
        return outcome instanceof Refused refused
                ? Errors.shortName(refused.error().getReason())
                : "ok";
    }

    /** What was sent where, and the answers the test owes. */
    private final class Wire implements Proposals {

        private final List<String> sent = new ArrayList<>();
        private final Map<Long, Consumer<PublishOutcome>> pending = new HashMap<>();
        private int inquiries;

        @Override
        public void propose(
                NodeId target,
                ShardId shard,
                SectionView section,
                long timeoutMillis,
                Consumer<PublishOutcome> whenDone) {
            sent.add(section.firstSequence() + "@" + target);
            pending.put(section.firstSequence(), whenDone);
        }

        @Override
        public void inquire(ShardId shard) {
            inquiries++;
        }

        void accept(long sequence) {
            answer(
                    sequence,
                    new Accepted(
                            List.of(ReceiptRun.newBuilder().addSerials(sequence).build())));
        }

        void refuse(long sequence, Reason reason) {
            refuse(sequence, reason, Map.of());
        }

        void refuse(long sequence, Reason reason, Map<String, String> metadata) {
            answer(sequence, new Refused(Errors.of(reason, "scripted", metadata)));
        }

        private void answer(long sequence, PublishOutcome outcome) {
            pending.get(sequence).accept(outcome);
            loop.run();
        }
    }

    /** Gossip says what the test says. */
    private static final class Gossip implements Neighbours {

        private @Nullable NodeId leader = OLD;

        @Override
        public Optional<NodeId> leaderOf(ShardId shard) {
            return Optional.ofNullable(leader);
        }

        @Override
        public boolean reachable(NodeId node) {
            return true;
        }

        @Override
        public long rttMicros(String region) {
            return 0;
        }
    }
}
