package dev.skein.replication.shard;

import static dev.skein.replication.shard.TestShard.ALICE;
import static dev.skein.replication.shard.TestShard.BOB;
import static dev.skein.replication.shard.TestShard.ROOM;
import static dev.skein.replication.shard.TestShard.duplicates;
import static dev.skein.replication.shard.TestShard.from;
import static dev.skein.replication.shard.TestShard.part;
import static dev.skein.replication.shard.TestShard.receipts;
import static dev.skein.replication.shard.TestShard.refusal;
import static dev.skein.replication.shard.TestShard.serials;
import static dev.skein.replication.shard.TestShard.to;
import static dev.skein.replication.shard.TestShard.withIds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.skein.core.Limits;
import dev.skein.proto.client.v1.Receipt;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.proto.replication.v1.PublishSection;
import dev.skein.proto.replication.v1.ShardEntry;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.store.ShardStore;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of a publish, over any store. */
abstract class PublishRulesContract {

    private TestShard shard;

    abstract ShardStore newStore();

    @BeforeEach
    void start() {
        shard = TestShard.withPolicy(newStore());
    }

    @Test
    void givesContiguousSerialsPerChannelAndPerShard() {
        ShardEntry.Builder entry = ShardEntry.newBuilder()
                .addSections(to("default:a", "1", "2"))
                .addSections(to("default:b", "1"))
                .addSections(to("default:a", "3"));
        List<PublishOutcome> outcomes = shard.apply(entry);
        assertEquals(List.of(1L, 2L), serials(outcomes.get(0)));
        assertEquals(List.of(1L), serials(outcomes.get(1)));
        assertEquals(List.of(3L), serials(outcomes.get(2)));
        List<Long> shardSerials = outcomes.stream()
                .flatMap(outcome -> receipts(outcome).stream())
                .map(Receipt::getShardSerial)
                .toList();
        assertEquals(List.of(1L, 2L, 3L, 4L), shardSerials);
        assertEquals(List.of("1", "2", "3"), shard.texts("default:a"));
    }

    @Test
    void oneSectionMayGoToSeveralChannels() {
        PublishSection.Builder section =
                from(ALICE, 1, "1", "2").addChannels(part("default:other", "3")).addChannels(part(ROOM, "4"));
        assertEquals(List.of(1L, 2L, 1L, 3L), serials(shard.publish(section)));
        assertEquals(List.of("1", "2", "4"), shard.texts(ROOM));
        assertEquals(List.of("3"), shard.texts("default:other"));
        PublishOutcome again = shard.publish(section);
        assertEquals(List.of(1L, 2L, 1L, 3L), serials(again));
        assertEquals(List.of(true, true, true, true), duplicates(again));
        PublishOutcome other = shard.publish(from(ALICE, 3).clearChannels().addChannels(part(ROOM, "3")));
        assertEquals(Reason.REASON_SEQUENCE_REUSED, refusal(other).getReason());
    }

    @Test
    void aSectionOfSeveralChannelsTakesNoCondition() {
        PublishSection.Builder section = to(ROOM, "1").addChannels(part("default:other", "2"));
        for (PublishSection.Builder special : List.of(
                section.clone().setAtomic(true),
                section.clone().setEphemeral(true),
                section.clone().setExpectedLastSerial(0))) {
            assertEquals(
                    Reason.REASON_INVALID_ARGUMENT,
                    refusal(shard.publish(special)).getReason());
        }
        assertEquals(List.of(), shard.texts(ROOM));
    }

    @Test
    void receiptCarriesEpochAndLogTime() {
        Receipt receipt = receipts(shard.publish(to(ROOM, "x"))).get(0);
        assertEquals(TestShard.EPOCH, receipt.getEpoch());
        assertEquals(shard.now, receipt.getTimeMs());
    }

    @Test
    void logTimeNeverGoesBack() {
        shard.publish(to(ROOM, "x"));
        long before = shard.now;
        shard.now -= 500;
        assertEquals(before, receipts(shard.publish(to(ROOM, "y"))).get(0).getTimeMs());
    }

    @Test
    void firstPolicyFixesTheEpoch() {
        shard.policy(policy -> policy.setEpoch(99));
        assertEquals(TestShard.EPOCH, shard.machine.epoch());
        assertEquals(2, shard.machine.policyVersion());
    }

    @Test
    void olderPolicyIsIgnored() {
        shard.policy(policy -> policy.setDedupWindowMs(5));
        shard.policy(TestShard.POLICY);
        assertEquals(5, shard.machine.policy().getDedupWindowMs());
    }

    @Test
    void retryReturnsTheOriginalReceipt() {
        Receipt original = receipts(shard.publish(from(ALICE, 1, "x"))).get(0);
        shard.now += 1000;
        shard.publish(to(ROOM, "between"));
        Receipt retried = receipts(shard.publish(from(ALICE, 1, "x"))).get(0);
        assertEquals(original.toBuilder().setDuplicate(true).build(), retried);
        assertEquals(List.of("x", "between"), shard.texts(ROOM));
    }

    @Test
    void retryReturnsTheOriginalReceiptAfterARestart() {
        shard.publish(from(ALICE, 1, "x", "y"));
        shard.restart();
        PublishOutcome retried = shard.publish(from(ALICE, 1, "x", "y"));
        assertEquals(List.of(1L, 2L), serials(retried));
        assertEquals(List.of(true, true), duplicates(retried));
    }

    @Test
    void sequenceWithOtherContentIsReused() {
        shard.publish(from(ALICE, 1, "x"));
        assertEquals(
                Reason.REASON_SEQUENCE_REUSED,
                refusal(shard.publish(from(ALICE, 1, "y"))).getReason());
    }

    @Test
    void sequenceOfAnotherChannelIsReused() {
        shard.publish(from(ALICE, 1, "x"));
        Error error = refusal(
                shard.publish(to("default:other", "x").setProducer(ALICE).setFirstSequence(1)));
        assertEquals(Reason.REASON_SEQUENCE_REUSED, error.getReason());
    }

    @Test
    void sequenceOfAnEphemeralMessageIsNotAStoredOnes() {
        shard.publish(from(ALICE, 1, "x").setEphemeral(true));
        assertEquals(
                Reason.REASON_SEQUENCE_REUSED,
                refusal(shard.publish(from(ALICE, 1, "x"))).getReason());
    }

    @Test
    void gapNamesTheExpectedSequenceAndConsumesNothing() {
        shard.publish(from(ALICE, 1, "x"));
        Error error = refusal(shard.publish(from(ALICE, 3, "z")));
        assertEquals(Reason.REASON_SEQUENCE_GAP, error.getReason());
        assertEquals("2", error.getMetadataOrThrow("expected"));
        assertEquals(List.of(2L), serials(shard.publish(from(ALICE, 2, "y"))));
    }

    @Test
    void unknownProducerStartsAtOne() {
        assertEquals(
                Reason.REASON_UNKNOWN_PRODUCER,
                refusal(shard.publish(from(ALICE, 2, "x"))).getReason());
        assertEquals(List.of(1L), serials(shard.publish(from(ALICE, 1, "x"))));
    }

    @Test
    void producersCountApart() {
        shard.publish(from(ALICE, 1, "x"));
        assertEquals(List.of(2L), serials(shard.publish(from(BOB, 1, "x"))));
    }

    @Test
    void forgetsSequencesOutsideTheWindowOnly() {
        int window = Limits.PRODUCER_SEQUENCES_REMEMBERED;
        for (int sequence = 1; sequence <= 3 * window; sequence++) {
            shard.publish(from(ALICE, sequence, "m" + sequence));
        }
        long oldest = 2L * window + 1;
        assertEquals(List.of(oldest), serials(shard.publish(from(ALICE, oldest, "m" + oldest))));
        Error error = refusal(shard.publish(from(ALICE, oldest - 1, "m" + (oldest - 1))));
        assertEquals(Reason.REASON_SEQUENCE_TOO_OLD, error.getReason());
        assertTrue(countRows(Keys.SEQUENCES) <= 2 * window + 1, "rows are removed in time");
    }

    @Test
    void partlySeenBatchIsTakenFromWhereItIsNew() {
        shard.publish(from(ALICE, 1, "a", "b"));
        PublishOutcome outcome = shard.publish(from(ALICE, 2, "b", "c", "d"));
        assertEquals(List.of(2L, 3L, 4L), serials(outcome));
        assertEquals(List.of(true, false, false), duplicates(outcome));
        assertEquals(List.of("a", "b", "c", "d"), shard.texts(ROOM));
    }

    @Test
    void retryMayCutItsBatchesDifferently() {
        shard.publish(from(ALICE, 1, "a"));
        shard.publish(from(ALICE, 2, "b", "c"));
        PublishOutcome outcome = shard.publish(from(ALICE, 1, "a", "b", "c"));
        assertEquals(List.of(1L, 2L, 3L), serials(outcome));
        assertEquals(List.of(true, true, true), duplicates(outcome));
    }

    @Test
    void partlySeenAtomicBatchIsReused() {
        shard.publish(from(ALICE, 1, "a"));
        Error error = refusal(shard.publish(from(ALICE, 1, "a", "b").setAtomic(true)));
        assertEquals(Reason.REASON_SEQUENCE_REUSED, error.getReason());
        assertEquals(List.of(2L), serials(shard.publish(from(ALICE, 2, "b"))));
    }

    @Test
    void atomicBatchThatWasOneSectionIsAnsweredAgain() {
        shard.publish(from(ALICE, 1, "a", "b").setAtomic(true));
        assertEquals(
                List.of(1L, 2L), serials(shard.publish(from(ALICE, 1, "a", "b").setAtomic(true))));
    }

    @Test
    void silentProducerIsForgotten() {
        shard.publish(from(ALICE, 1, "a"));
        shard.publish(from(BOB, 1, "a"));
        shard.now += Limits.PRODUCER_IDLE_MS_MAX;
        assertEquals(List.of(3L), serials(shard.publish(from(BOB, 2, "b"))));
        shard.now += 1;
        assertEquals(
                Reason.REASON_UNKNOWN_PRODUCER,
                refusal(shard.publish(from(ALICE, 2, "b"))).getReason());
        assertEquals(List.of(4L), serials(shard.publish(from(BOB, 3, "c"))));
        assertEquals(List.of(5L), serials(shard.publish(from(ALICE, 1, "new"))));
    }

    @Test
    void silentProducersLeaveNoRows() {
        for (int i = 1; i <= 20; i++) {
            shard.publish(from(TestShard.producer(i), 1, "a", "b"));
        }
        shard.now += 2 * Limits.PRODUCER_IDLE_MS_MAX;
        for (int i = 0; i < 6; i++) {
            shard.publish(to(ROOM, "tick"));
        }
        assertEquals(0, countRows(Keys.PRODUCERS));
        assertEquals(0, countRows(Keys.PRODUCER_CHECKS));
        assertEquals(0, countRows(Keys.SEQUENCES));
    }

    @Test
    void messageIdReturnsTheOriginalAndConsumesItsSequence() {
        shard.publish(withIds(ROOM, "id=x").setProducer(ALICE).setFirstSequence(1));
        PublishOutcome again =
                shard.publish(withIds(ROOM, "id=x").setProducer(BOB).setFirstSequence(1));
        assertEquals(List.of(1L), serials(again));
        assertEquals(List.of(true), duplicates(again));
        assertEquals(List.of(2L), serials(shard.publish(from(BOB, 2, "y"))));
        assertEquals(List.of("x", "y"), shard.texts(ROOM));
    }

    @Test
    void messageIdIsKnownWithinItsOwnSection() {
        PublishOutcome outcome = shard.publish(withIds(ROOM, "id=x", "other=y", "id=x"));
        assertEquals(List.of(1L, 2L, 1L), serials(outcome));
        assertEquals(List.of(false, false, true), duplicates(outcome));
    }

    @Test
    void messageIdsOfOtherChannelsAreOthers() {
        shard.publish(withIds(ROOM, "id=x"));
        assertEquals(List.of(false), duplicates(shard.publish(withIds("default:other", "id=x"))));
    }

    @Test
    void messageIdIsForgottenAfterItsWindowOfLogTime() {
        shard.publish(withIds(ROOM, "id=x"));
        shard.now += TestShard.POLICY.getDedupWindowMs() - 1;
        assertEquals(List.of(true), duplicates(shard.publish(withIds(ROOM, "id=x"))));
        shard.now += 1;
        PublishOutcome late = shard.publish(withIds(ROOM, "id=x"));
        assertEquals(List.of(2L), serials(late));
        assertEquals(List.of(true), duplicates(shard.publish(withIds(ROOM, "id=x"))));
        shard.now += TestShard.POLICY.getDedupWindowMs();
        shard.publish(to(ROOM, "tick"));
        assertEquals(0, countRows(Keys.MESSAGE_IDS));
        assertEquals(0, countRows(Keys.ID_EXPIRY));
    }

    @Test
    void noWindowMeansNoDedupById() {
        shard.policy(policy -> policy.setDedupWindowMs(0));
        shard.publish(withIds(ROOM, "id=x"));
        assertEquals(List.of(2L), serials(shard.publish(withIds(ROOM, "id=x"))));
    }

    @Test
    void atomicBatchWithSomeKnownIdsIsRefusedAndConsumesItsSequences() {
        shard.publish(withIds(ROOM, "id=x"));
        var batch = withIds(ROOM, "id=x", "new=y")
                .setAtomic(true)
                .setProducer(ALICE)
                .setFirstSequence(1);
        assertEquals(
                Reason.REASON_MESSAGE_ID_CONFLICT, refusal(shard.publish(batch)).getReason());
        assertEquals(
                Reason.REASON_MESSAGE_ID_CONFLICT, refusal(shard.publish(batch)).getReason());
        assertEquals(List.of(2L), serials(shard.publish(from(ALICE, 3, "z"))));
        assertEquals(List.of("x", "z"), shard.texts(ROOM));
    }

    @Test
    void atomicBatchWithAllIdsKnownGetsTheOriginals() {
        shard.publish(withIds(ROOM, "a=x", "b=y"));
        PublishOutcome again = shard.publish(withIds(ROOM, "a=x", "b=y").setAtomic(true));
        assertEquals(List.of(1L, 2L), serials(again));
        assertEquals(List.of(true, true), duplicates(again));
    }

    @Test
    void conditionHoldsOrNamesTheLastSerial() {
        assertEquals(List.of(1L), serials(shard.publish(to(ROOM, "a").setExpectedLastSerial(0))));
        Error error = refusal(shard.publish(to(ROOM, "b").setExpectedLastSerial(0)));
        assertEquals(Reason.REASON_CONDITION_FAILED, error.getReason());
        assertEquals("1", error.getMetadataOrThrow("last_serial"));
        assertEquals(List.of(2L), serials(shard.publish(to(ROOM, "b").setExpectedLastSerial(1))));
    }

    @Test
    void retriedConditionalSuccessIsASuccess() {
        shard.publish(from(ALICE, 1, "a").setExpectedLastSerial(0));
        PublishOutcome retried = shard.publish(from(ALICE, 1, "a").setExpectedLastSerial(0));
        assertEquals(List.of(1L), serials(retried));
        assertEquals(List.of(true), duplicates(retried));
        shard.publish(withIds(ROOM, "id=x").setExpectedLastSerial(1));
        assertEquals(List.of(2L), serials(shard.publish(withIds(ROOM, "id=x").setExpectedLastSerial(1))));
    }

    @Test
    void retriedConditionalFailureStaysAFailureAndThePipelineGoesOn() {
        Error first = refusal(shard.publish(from(ALICE, 1, "a").setExpectedLastSerial(7)));
        assertEquals(List.of(1L), serials(shard.publish(from(ALICE, 2, "b"))));
        Error retried = refusal(shard.publish(from(ALICE, 1, "a").setExpectedLastSerial(7)));
        assertEquals(first, retried);
        assertEquals(List.of("b"), shard.texts(ROOM));
    }

    @Test
    void rememberedRefusalIsOnlyForItsOwnSection() {
        shard.publish(from(ALICE, 1, "a", "b").setExpectedLastSerial(7));
        for (var other : List.of(from(ALICE, 1, "a"), from(ALICE, 2, "b"), from(ALICE, 1, "a", "b", "c"))) {
            assertEquals(
                    Reason.REASON_SEQUENCE_REUSED, refusal(shard.publish(other)).getReason());
        }
        assertEquals(List.of(), shard.texts(ROOM));
    }

    @Test
    void ephemeralMessagesTakeNoSerial() {
        shard.publish(from(ALICE, 1, "stored"));
        Receipt receipt = receipts(shard.publish(from(ALICE, 2, "gone").setEphemeral(true)))
                .get(0);
        assertEquals(1, receipt.getSerial());
        assertEquals(0, receipt.getShardSerial());
        assertEquals(List.of(2L), serials(shard.publish(from(ALICE, 3, "stored too"))));
        assertEquals(List.of("stored", "stored too"), shard.texts(ROOM));
    }

    @Test
    void retriedEphemeralMessageIsADuplicate() {
        shard.publish(from(ALICE, 1, "a", "b").setEphemeral(true));
        PublishOutcome retried = shard.publish(from(ALICE, 1, "a", "b").setEphemeral(true));
        assertEquals(List.of(true, true), duplicates(retried));
        assertEquals(List.of(0L, 0L), serials(retried));
    }

    @Test
    void malformedSectionsAreRefusedAndTheRestGoesOn() {
        ShardEntry.Builder entry = ShardEntry.newBuilder()
                .addSections(to(ROOM))
                .addSections(to("", "x"))
                .addSections(to("default:\0", "x"))
                .addSections(from(ByteString.copyFromUtf8("short"), 1, "x"))
                .addSections(from(ALICE, 0, "x"))
                .addSections(from(ALICE, Long.MAX_VALUE, "x"))
                .addSections(from(ALICE, 1, "x"));
        List<PublishOutcome> outcomes = shard.apply(entry);
        for (PublishOutcome outcome : outcomes.subList(0, 6)) {
            Reason reason = refusal(outcome).getReason();
            assertTrue(reason == Reason.REASON_INVALID_ARGUMENT || reason == Reason.REASON_INVALID_CHANNEL);
        }
        assertEquals(List.of(1L), serials(outcomes.get(6)));
    }

    @Test
    void bodyThatIsNoMessageBodyIsStoredAsItIs() {
        shard.publish(TestShard.bodies(ByteString.copyFrom(new byte[] {(byte) 0xFF, 1, 2})));
        assertEquals(1, shard.machine.extent(ROOM).lastSerial());
    }

    @Test
    void appliedEntriesAreSkippedAfterARestart() {
        shard.publish(from(ALICE, 1, "a"));
        AppliedPoint before = shard.machine.applied();
        shard.restart();
        assertEquals(before, shard.machine.applied());
        for (long index = 1; index <= before.index(); index++) {
            assertEquals(List.of(), shard.applyLogged(index));
        }
        assertEquals(before, shard.machine.applied());
        assertEquals(List.of("a"), shard.texts(ROOM));
    }

    @Test
    void appliedEntryOfAnotherTermBreaksTheMachine() {
        shard.publish(to(ROOM, "a"));
        shard.term = 2;
        assertThrows(StateBrokenException.class, () -> shard.applyLogged(shard.machine.appliedIndex()));
        assertThrows(StateBrokenException.class, () -> shard.machine.begin());
    }

    @Test
    void entryThatIsNoShardEntryBreaksTheMachine() {
        shard.log.put(2L, ByteString.copyFrom(new byte[] {(byte) 0xFF}));
        assertThrows(StateBrokenException.class, () -> shard.applyLogged(2));
        assertThrows(StateBrokenException.class, () -> shard.machine.begin());
    }

    @Test
    void advanceMovesTheIndexButNotTheDigest() {
        AppliedPoint before = shard.machine.applied();
        ApplyBatch batch = shard.machine.begin();
        batch.advance(2, 3);
        batch.finish();
        assertEquals(2, shard.machine.appliedIndex());
        assertEquals(3, shard.machine.appliedTerm());
        assertEquals(before.digest(), shard.machine.digest());
    }

    @Test
    void nothingIsVisibleBeforeTheBatchIsFinished() {
        ApplyBatch batch = shard.machine.begin();
        batch.apply(
                2, 1, ShardEntry.newBuilder().addSections(to(ROOM, "a")).build().toByteString());
        assertEquals(0, shard.machine.extent(ROOM).lastSerial());
        assertEquals(1, shard.machine.appliedIndex());
        batch.finish();
        assertEquals(1, shard.machine.extent(ROOM).lastSerial());
        assertThrows(IllegalStateException.class, batch::finish);
    }

    @Test
    void channelWithoutMessagesHasTheShardsEpoch() {
        assertEquals(TestShard.EPOCH, shard.machine.extent("default:nothing").epoch());
        assertEquals(0, shard.machine.extent("default:nothing").lastSerial());
        assertFalse(shard.dump().stream().anyMatch(row -> row.channel().equals("default:nothing")));
    }

    private int countRows(byte table) {
        int count = 0;
        try (var rows = shard.store.ascending(Keys.start(table), Keys.end(table))) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }
}
