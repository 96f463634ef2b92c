package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.OutgoingMessage;
import dev.skein.client.PublishOptions;
import dev.skein.client.Reason;
import dev.skein.client.Receipt;
import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.MessageBody;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.SessionLimits;
import dev.skein.wire.Errors;
import dev.skein.wire.ReceiptRuns;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PublishDeskTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final PublishOptions TIMEOUT_BRIEF =
            PublishOptions.defaults().withTimeout(Duration.ofSeconds(1));

    private final VirtualClock clock = new VirtualClock();
    private final Counters counters = new Counters();
    private final List<String> described = new ArrayList<>();
    private final ScriptedLink link = new ScriptedLink("a:1", null);
    private int callbackTasks;
    private Publish formerAttempt = Publish.getDefaultInstance();
    private final PublishDesk desk =
            new PublishDesk(clock.timers, new Random(5), this::callback, counters, described::add);

    @Test
    void asksForTheNamespaceOnceAndSendsInOrder() {
        publish(1, 1);
        attach();
        assertEquals(List.of("default"), described);
        desk.namespaceDescribed("default", 1);
        endTurn();
        assertEquals(List.of("m00", "m10"), texts(link.takePublishes()));
    }

    @Test
    void failsWhatWaitsForANamespaceThatDoesNotExist() {
        CompletableFuture<?> waiting = publish(1).get(0);
        desk.namespaceRefused("default", new SkeinException(Reason.UNKNOWN_NAMESPACE, "", false));
        assertEquals(Reason.UNKNOWN_NAMESPACE, failure(waiting).reason());
        assertEquals(0, counters.messagesUnanswered.get());
    }

    @Test
    void resendsEverythingUnansweredWithTheSameSequencesInTheNextSession() {
        start();
        List<PublishResult.Several> results = publish(1, 1, 1);
        List<Publish> first = link.takePublishes();
        accept(first.get(0), false);
        desk.detached();
        attach();
        List<Publish> second = link.takePublishes();
        assertEquals(List.of(2L), sequences(second));
        assertEquals(List.of("m10", "m20"), texts(second));
        assertEquals(
                first.get(1).getSection().getProducer(),
                second.get(0).getSection().getProducer());
        second.forEach(publish -> accept(publish, true));
        assertTrue(results.get(2).join().get(0).duplicate());
        assertFalse(results.get(0).join().get(0).duplicate());
    }

    @Test
    void keepsNoMoreSequencesOpenThanTheServerRemembers() {
        start();
        publishTogether(Collections.nCopies(9, 1_000).stream().mapToInt(i -> i).toArray());
        List<Publish> sent = link.takePublishes();
        assertEquals(
                8_000, sent.stream().mapToInt(publish -> bodies(publish).size()).sum());
        accept(sent.get(1), false);
        assertEquals(List.of(), link.takePublishes());
        accept(sent.get(0), false);
        assertEquals(List.of(8_001L), sequences(link.takePublishes()));
    }

    @Test
    void keepsWithinTheLimitsOfTheSession() {
        desk.namespaceDescribed("default", 1);
        attach(SessionLimits.newBuilder().setPublishesInFlight(2).build());
        publish(1, 1, 1);
        List<Publish> sent = link.takePublishes();
        assertEquals(List.of(1L, 2L), sequences(sent));
        accept(sent.get(0), false);
        assertEquals(List.of(3L), sequences(link.takePublishes()));
    }

    @Test
    void sendsAgainFromTheFirstUnansweredAfterASequenceGap() {
        start();
        publish(1, 1, 1);
        List<Publish> sent = link.takePublishes();
        refuse(sent.get(0), dev.skein.proto.error.v1.Reason.REASON_NO_LEADER, Map.of());
        refuse(sent.get(1), dev.skein.proto.error.v1.Reason.REASON_UNKNOWN_PRODUCER, Map.of());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), link.takePublishes(), "it must wait for the third answer");
        refuse(sent.get(2), dev.skein.proto.error.v1.Reason.REASON_SEQUENCE_GAP, Map.of("expected", "1"));
        clock.advance(Duration.ofSeconds(1));
        List<Publish> again = link.takePublishes();
        assertEquals(List.of(1L), sequences(again));
        assertEquals(List.of("m00", "m10", "m20"), texts(again));
        assertEquals(
                sent.get(0).getSection().getProducer(),
                again.get(0).getSection().getProducer());
    }

    @Test
    void closesTheHoleThatARefusedPublishLeaves() {
        start();
        List<PublishResult.Several> results = publish(1, 2, 1);
        List<Publish> sent = link.takePublishes();
        accept(sent.get(0), false);
        refuse(sent.get(1), dev.skein.proto.error.v1.Reason.REASON_MESSAGE_TOO_LARGE, Map.of());
        refuse(sent.get(2), dev.skein.proto.error.v1.Reason.REASON_SEQUENCE_GAP, Map.of("expected", "2"));
        clock.advance(Duration.ofSeconds(1));
        assertEquals(List.of(2L), sequences(link.takePublishes()));
        assertFalse(failure(results.get(1)).outcomeUnknown());
    }

    @Test
    void keepsTheNumberOfAnUnknownPublishWhenALaterOneWasTaken() {
        start();
        publish(1, 1);
        List<Publish> sent = link.takePublishes();
        accept(sent.get(1), false);
        refuse(sent.get(0), dev.skein.proto.error.v1.Reason.REASON_OUTCOME_UNKNOWN, Map.of());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L), sequences(link.takePublishes()));
    }

    @Test
    void goesOnBehindAFailedConditionBecauseItsSequenceIsUsedUp() {
        start();
        List<PublishResult.Several> results = publish(1, 1);
        List<Publish> sent = link.takePublishes();
        refuse(sent.get(0), dev.skein.proto.error.v1.Reason.REASON_CONDITION_FAILED, Map.of("last_serial", "9"));
        accept(sent.get(1), false);
        assertEquals("9", failure(results.get(0)).metadata().get("last_serial"));
        assertTrue(results.get(1).isDone());
        publish(1);
        assertEquals(List.of(3L), sequences(link.takePublishes()));
    }

    @Test
    void becomesANewProducerWhenTheServerForgotWhatItHadTaken() {
        start();
        publish(1);
        Publish first = link.takePublishes().get(0);
        accept(first, false);
        publish(1);
        Publish second = link.takePublishes().get(0);
        refuse(second, dev.skein.proto.error.v1.Reason.REASON_UNKNOWN_PRODUCER, Map.of());
        clock.advance(Duration.ofSeconds(1));
        Publish again = link.takePublishes().get(0);
        assertEquals(1, again.getSection().getFirstSequence());
        assertNotEquals(first.getSection().getProducer(), again.getSection().getProducer());
    }

    @Test
    void saysUnknownForWhatMayHaveBeenTakenByAForgottenProducer() {
        start();
        publish(1);
        accept(link.takePublishes().get(0), false);
        CompletableFuture<?> uncertain = publish(1).get(0);
        desk.detached();
        attach();
        refuse(last(link.takePublishes()), dev.skein.proto.error.v1.Reason.REASON_UNKNOWN_PRODUCER, Map.of());
        assertTrue(failure(uncertain).outcomeUnknown());
    }

    @Test
    void neverResendsAsANewProducerWhatTheFormerOneMayHaveHadTaken() {
        CompletableFuture<?> uncertain = sentBeforeTheProducerChanged();
        refuse(formerAttempt, dev.skein.proto.error.v1.Reason.REASON_OUTCOME_UNKNOWN, Map.of());
        clock.advance(Duration.ofSeconds(5));
        assertTrue(failure(uncertain).outcomeUnknown());
        assertEquals(List.of("m00"), texts(link.takePublishes()));
        assertEquals(1, counters.messagesUnanswered.get());
    }

    @Test
    void neverResendsAsANewProducerWhatWasUnderWayOfTheFormerOneWhenTheSessionEnded() {
        CompletableFuture<?> uncertain = sentBeforeTheProducerChanged();
        desk.detached();
        attach();
        assertTrue(failure(uncertain).outcomeUnknown());
        assertEquals(List.of("m00"), texts(link.takePublishes()));
    }

    @Test
    void triesAgainAtANodeThatHasNotHeardOfTheNamespaceYet() {
        start();
        CompletableFuture<?> open = publish(1).get(0);
        refuse(last(link.takePublishes()), dev.skein.proto.error.v1.Reason.REASON_UNKNOWN_NAMESPACE, Map.of());
        assertFalse(open.isDone());
        clock.advance(Duration.ofSeconds(1));
        accept(last(link.takePublishes()), false);
        assertTrue(open.isDone());
    }

    @Test
    void aPublishThatWasNeverSentFailsForGoodWhenItsTimeIsOver() {
        desk.namespaceDescribed("default", 1);
        CompletableFuture<?> waiting = publish(1).get(0);
        clock.advance(TIMEOUT.plusSeconds(1));
        assertEquals(Reason.DEADLINE, failure(waiting).reason());
        assertFalse(failure(waiting).outcomeUnknown());
        attach();
        assertEquals(List.of(), link.takePublishes());
    }

    @Test
    void aPublishThatWasSentIsUnknownWhenItsTimeIsOverAndKeepsItsPlace() {
        start();
        CompletableFuture<?> open = publish(1).get(0);
        clock.advance(TIMEOUT.plusSeconds(1));
        assertTrue(failure(open).outcomeUnknown());
        assertEquals(1, counters.messagesUnanswered.get());
        publish(1);
        desk.detached();
        link.takePublishes();
        attach();
        List<Publish> again = link.takePublishes();
        assertEquals(List.of("m00", "m00"), texts(again));
        assertEquals(1, again.get(0).getSection().getFirstSequence());
        again.forEach(publish -> accept(publish, false));
        assertEquals(0, counters.messagesUnanswered.get());
    }

    @Test
    void waitsAsLongAsTheServerAsks() {
        start();
        publish(1);
        Publish sent = link.takePublishes().get(0);
        desk.answered(Receipts.newBuilder()
                .setRequestId(sent.getRequestId())
                .setError(Errors.of(dev.skein.proto.error.v1.Reason.REASON_OVERLOADED, "full").toBuilder()
                        .setRetryAfterMs(700))
                .build());
        clock.advance(Duration.ofMillis(699));
        assertEquals(List.of(), link.takePublishes());
        clock.advance(Duration.ofMillis(2));
        assertEquals(1, link.takePublishes().size());
    }

    @Test
    void ignoresAnAnswerToAnEarlierSession() {
        start();
        CompletableFuture<?> open = publish(1).get(0);
        Publish sent = link.takePublishes().get(0);
        desk.detached();
        attach();
        accept(sent, false);
        assertFalse(open.isDone());
    }

    @Test
    void sendsWhatWaitsTogetherInOneSection() {
        start();
        PublishResult.Several a0 = publish("room", "a", 2, PublishOptions.defaults());
        PublishResult.Several a1 = publish("room", "b", 1, PublishOptions.defaults());
        PublishResult.Several b0 = publish("other", "c", 1, PublishOptions.defaults());
        PublishResult.Several a2 = publish("room", "d", 1, PublishOptions.defaults());
        endTurn();
        Publish sent = onlyOne(link.takePublishes());
        List<ChannelMessages> parts = sent.getSection().getChannelsList();
        assertEquals(
                List.of("default:room", "default:other", "default:room"),
                parts.stream().map(ChannelMessages::getChannel).toList());
        assertEquals(List.of("a0", "a1", "b0", "c0", "d0"), texts(sent));
        accept(sent, false);
        assertEquals(List.of(1L, 2L), serials(a0));
        assertEquals(List.of(3L), serials(a1));
        assertEquals(List.of(4L), serials(b0));
        assertEquals(List.of(5L), serials(a2));
        assertEquals(0, counters.messagesUnanswered.get());
        assertEquals(4, counters.publishesAcknowledged.sum());
    }

    @Test
    void givesEachPublishItsOwnReceiptsFromRunsOfAnyShape() {
        start();
        List<PublishResult.Several> results = publishTogether(2, 1, 2);
        ReceiptRuns runs = new ReceiptRuns(9);
        runs.add(11, 101, 5_000, true);
        runs.add(12, 102, 5_000, true);
        runs.add(13, 103, 5_000, true);
        runs.add(14, 200, 6_000, false);
        runs.add(7, 300, 7_000, false);
        answer(onlyOne(link.takePublishes()), runs);
        assertEquals(
                List.of(new Receipt(9, 13, 103, Instant.ofEpochMilli(5_000), true)),
                results.get(1).join());
        assertEquals(
                List.of(
                        new Receipt(9, 14, 200, Instant.ofEpochMilli(6_000), false),
                        new Receipt(9, 7, 300, Instant.ofEpochMilli(7_000), false)),
                results.get(2).join());
    }

    @Test
    void completesAllPublishesOfAnAnswerInOneTask() {
        start();
        List<PublishResult.Several> results = publishTogether(1, 1, 1);
        Publish sent = onlyOne(link.takePublishes());
        int before = callbackTasks;
        accept(sent, false);
        assertTrue(results.stream().allMatch(CompletableFuture::isDone));
        assertEquals(1, callbackTasks - before);
    }

    @Test
    void asksAgainWhenAnAnswerHasTooFewReceipts() {
        start();
        List<PublishResult.Several> results = publishTogether(1, 1);
        ReceiptRuns runs = new ReceiptRuns(1);
        runs.add(1, 1, 5, false);
        answer(onlyOne(link.takePublishes()), runs);
        assertTrue(results.stream().noneMatch(CompletableFuture::isDone));
        clock.advance(Duration.ofSeconds(1));
        Publish again = onlyOne(link.takePublishes());
        assertEquals(1, again.getSection().getFirstSequence());
        accept(again, true);
        assertTrue(results.stream().allMatch(CompletableFuture::isDone));
    }

    @Test
    void refusesOnlyThePublishAtFaultOfASection() {
        start();
        List<PublishResult.Several> results = publishTogether(1, 1, 1);
        refuse(onlyOne(link.takePublishes()), dev.skein.proto.error.v1.Reason.REASON_MESSAGE_TOO_LARGE, Map.of());
        assertTrue(results.stream().noneMatch(CompletableFuture::isDone));
        List<Publish> oneByOne = link.takePublishes();
        assertEquals(List.of(1L, 2L, 3L), sequences(oneByOne));
        accept(oneByOne.get(0), false);
        refuse(oneByOne.get(1), dev.skein.proto.error.v1.Reason.REASON_MESSAGE_TOO_LARGE, Map.of());
        refuse(oneByOne.get(2), dev.skein.proto.error.v1.Reason.REASON_SEQUENCE_GAP, Map.of("expected", "2"));
        clock.advance(Duration.ofSeconds(1));
        assertEquals(Reason.MESSAGE_TOO_LARGE, failure(results.get(1)).reason());
        assertFalse(failure(results.get(1)).outcomeUnknown());
        Publish last = onlyOne(link.takePublishes());
        assertEquals(2, last.getSection().getFirstSequence());
        assertEquals(List.of("m20"), texts(last));
        accept(last, false);
        assertEquals(List.of(2L), serials(results.get(2)));
        assertEquals(0, counters.messagesUnanswered.get());
    }

    @Test
    void resendsBehindASplitSectionInOrder() {
        start();
        publishTogether(1, 1);
        publish(1);
        List<Publish> sent = link.takePublishes();
        refuse(sent.get(0), dev.skein.proto.error.v1.Reason.REASON_INVALID_ARGUMENT, Map.of());
        assertEquals(List.of(), link.takePublishes(), "it must wait for the second answer");
        refuse(sent.get(1), dev.skein.proto.error.v1.Reason.REASON_UNKNOWN_PRODUCER, Map.of());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 2L, 3L), sequences(link.takePublishes()));
    }

    @Test
    void saysUnknownForASplitPublishThatMayHaveBeenTaken() {
        start();
        List<PublishResult.Several> results = publishTogether(1, 1);
        link.takePublishes();
        desk.detached();
        attach();
        refuse(onlyOne(link.takePublishes()), dev.skein.proto.error.v1.Reason.REASON_MESSAGE_TOO_LARGE, Map.of());
        List<Publish> oneByOne = link.takePublishes();
        accept(oneByOne.get(0), true);
        refuse(oneByOne.get(1), dev.skein.proto.error.v1.Reason.REASON_MESSAGE_TOO_LARGE, Map.of());
        assertTrue(results.get(0).join().get(0).duplicate());
        assertTrue(failure(results.get(1)).outcomeUnknown());
    }

    @Test
    void becomesANewProducerOnlyAfterASequenceOfItsOwnWasReused() {
        start();
        List<PublishResult.Several> results = publishTogether(1, 1);
        refuse(onlyOne(link.takePublishes()), dev.skein.proto.error.v1.Reason.REASON_SEQUENCE_REUSED, Map.of());
        List<Publish> oneByOne = link.takePublishes();
        refuse(oneByOne.get(0), dev.skein.proto.error.v1.Reason.REASON_SEQUENCE_REUSED, Map.of());
        refuse(oneByOne.get(1), dev.skein.proto.error.v1.Reason.REASON_SEQUENCE_REUSED, Map.of());
        assertEquals(Reason.SEQUENCE_REUSED, failure(results.get(0)).reason());
        assertEquals(Reason.SEQUENCE_REUSED, failure(results.get(1)).reason());
        publish(1);
        Publish next = onlyOne(link.takePublishes());
        assertEquals(1, next.getSection().getFirstSequence());
        assertNotEquals(
                oneByOne.get(0).getSection().getProducer(), next.getSection().getProducer());
    }

    @Test
    void resendsSectionsOfALostSessionWithTheSameSequencesThoughOtherwiseDivided() {
        start();
        List<PublishResult.Several> results = publishTogether(1, 1);
        results.addAll(publish(1, 1));
        List<Publish> first = link.takePublishes();
        assertEquals(List.of(1L, 3L, 4L), sequences(first));
        desk.detached();
        attach();
        Publish again = onlyOne(link.takePublishes());
        assertEquals(1, again.getSection().getFirstSequence());
        assertEquals(texts(first), texts(again));
        accept(again, true);
        assertEquals(List.of(4L), serials(results.get(3)));
        assertEquals(4, counters.publishesResent.sum());
    }

    @Test
    void sendsAloneWhatAsksForMoreThanToBeTaken() {
        start();
        publish("room", "a", 1, PublishOptions.defaults());
        publish("room", "b", 2, PublishOptions.allOrNothing());
        publish("room", "c", 1, PublishOptions.transientOnly());
        publish("room", "d", 1, PublishOptions.ifLastSerialIs(0));
        publish("room", "e", 1, PublishOptions.defaults());
        publish("room", "f", 1, PublishOptions.defaults());
        endTurn();
        List<Publish> sent = link.takePublishes();
        assertEquals(List.of(1L, 2L, 4L, 5L), sequences(sent));
        assertTrue(sent.get(1).getSection().getAtomic());
        assertTrue(sent.get(2).getSection().getEphemeral());
        assertTrue(sent.get(3).getSection().hasExpectedLastSerial());
        accept(sent.get(0), false);
        accept(sent.get(1), false);
        accept(sent.get(2), false);
        Publish last = onlyOne(link.takePublishes());
        assertEquals(List.of("e0", "f0"), texts(last));
        assertFalse(last.getSection().hasExpectedLastSerial());
    }

    @Test
    void gathersBehindTwoAttemptsUntilAnAnswerComes() {
        start();
        publishTogether(1);
        publishTogether(1);
        List<Publish> sent = link.takePublishes();
        assertEquals(2, sent.size());
        publishTogether(1);
        publishTogether(1);
        assertEquals(List.of(), link.takePublishes());
        accept(sent.get(0), false);
        assertEquals(2, bodies(onlyOne(link.takePublishes())).size());
    }

    @Test
    void gathersNoLongerThanAFarLeaderCouldBear() {
        start();
        publishTogether(1);
        publishTogether(1);
        link.takePublishes();
        publishTogether(1);
        clock.advance(Duration.ofNanos(PublishLane.GATHER_NANOS_MAX - 1));
        publishTogether(1);
        assertEquals(List.of(), link.takePublishes());
        clock.advance(Duration.ofNanos(1));
        assertEquals(2, bodies(onlyOne(link.takePublishes())).size());
    }

    @Test
    void gathersNoMoreThanIsWorthASection() {
        start();
        publishTogether(1);
        publishTogether(1);
        link.takePublishes();
        publish("room", "x".repeat(PublishLane.GATHERED_BYTES / 2), 1, PublishOptions.defaults());
        endTurn();
        assertEquals(List.of(), link.takePublishes());
        publish("room", "x".repeat(PublishLane.GATHERED_BYTES / 2), 1, PublishOptions.defaults());
        endTurn();
        assertEquals(2, bodies(onlyOne(link.takePublishes())).size());
    }

    @Test
    void hasNoMoreThanEightAttemptsUnderWay() {
        start();
        publish(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        List<Publish> sent = link.takePublishes();
        assertEquals(PublishLane.ATTEMPTS_MAX, sent.size());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), link.takePublishes());
        accept(sent.get(0), false);
        assertEquals(2, bodies(onlyOne(link.takePublishes())).size());
    }

    @Test
    void keepsSectionsWithinTheSessionsLimits() {
        desk.namespaceDescribed("default", 1);
        attach(SessionLimits.newBuilder()
                .setMessagesPerPublish(3)
                .setPublishBytes(10_000)
                .build());
        publishTogether(1, 1, 1, 1);
        publish("room", "x".repeat(4_000), 3, PublishOptions.defaults());
        endTurn();
        List<Publish> sent = link.takePublishes();
        assertEquals(
                List.of(3, 1, 3), sent.stream().map(each -> bodies(each).size()).toList());
    }

    @Test
    void fillsSectionsUpToOneHundredAndTwentyEightKibibytes() {
        start();
        for (int i = 0; i < 3; i++) {
            publish("room", "x".repeat(60 << 10), 1, PublishOptions.defaults());
        }
        endTurn();
        List<Publish> sent = link.takePublishes();
        assertEquals(
                List.of(2, 1), sent.stream().map(each -> bodies(each).size()).toList());
    }

    @Test
    void endsOnlyTheExpiredPublishOfASection() {
        start();
        PublishResult.Several brief = publish("room", "a", 1, TIMEOUT_BRIEF);
        PublishResult.Several patient = publish("room", "b", 1, PublishOptions.defaults());
        endTurn();
        Publish sent = onlyOne(link.takePublishes());
        assertEquals(5_000, sent.getTimeoutMs());
        clock.advance(Duration.ofSeconds(2));
        assertTrue(failure(brief).outcomeUnknown());
        assertFalse(patient.isDone());
        accept(sent, false);
        assertEquals(List.of(2L), serials(patient));
        assertEquals(1, counters.publishesAcknowledged.sum());
        assertEquals(1, counters.publishesFailed.sum());
        assertEquals(0, counters.messagesUnanswered.get());
    }

    @Test
    void asksForOneTimerHoweverManyPublishesWait() {
        desk.namespaceDescribed("default", 1);
        publishTogether(1, 1, 1, 1, 1);
        assertEquals(1, clock.timers.size());
    }

    @Test
    void endsBriefPublishesThoughMoreKeepComing() {
        desk.namespaceDescribed("default", 1);
        CompletableFuture<?> first = publish("room", "a", 1, TIMEOUT_BRIEF);
        for (int i = 0; i < 300; i++) {
            publish("room", "b", 1, TIMEOUT_BRIEF);
            clock.advance(Duration.ofMillis(5));
        }
        assertEquals(Reason.DEADLINE, failure(first).reason());
    }

    /** Three publishes; the first is taken, the second shows that the server forgot, the third has no answer yet. */
    private CompletableFuture<?> sentBeforeTheProducerChanged() {
        start();
        publish(1);
        accept(last(link.takePublishes()), false);
        List<PublishResult.Several> results = publish(1, 1);
        List<Publish> sent = link.takePublishes();
        formerAttempt = sent.get(1);
        refuse(sent.get(0), dev.skein.proto.error.v1.Reason.REASON_UNKNOWN_PRODUCER, Map.of());
        return results.get(1);
    }

    private void start() {
        desk.namespaceDescribed("default", 1);
        attach();
    }

    private void attach() {
        attach(SessionLimits.getDefaultInstance());
    }

    private void attach(SessionLimits limits) {
        desk.attached(link::send, limits);
        endTurn();
    }

    /** Sends what came in the same turn. */
    private void endTurn() {
        clock.advance(Duration.ZERO);
    }

    /** One publish for each number, with that many messages, each in a section of its own. */
    private List<PublishResult.Several> publish(int... sizes) {
        List<PublishResult.Several> results = new ArrayList<>();
        for (int size : sizes) {
            results.add(publish("room", "m" + results.size(), size, PublishOptions.defaults()));
            clock.advance(Duration.ofNanos(PublishLane.GATHER_NANOS_MAX));
        }
        return results;
    }

    /** One publish for each number, with that many messages, all in one turn. */
    private List<PublishResult.Several> publishTogether(int... sizes) {
        List<PublishResult.Several> results = new ArrayList<>();
        for (int size : sizes) {
            results.add(publish("room", "m" + results.size(), size, PublishOptions.defaults()));
        }
        endTurn();
        return results;
    }

    /** Waits for the end of the turn. */
    private PublishResult.Several publish(String channel, String text, int size, PublishOptions options) {
        List<OutgoingMessage> messages = IntStream.range(0, size)
                .mapToObj(i -> OutgoingMessage.of(text + i))
                .toList();
        PublishResult.Several result = new PublishResult.Several(size);
        counters.messagesUnanswered.addAndGet(size);
        desk.publish(new PendingPublish(
                Channel.parse(channel),
                EncodedMessages.of(messages),
                options,
                clock.nanoTime() + options.timeout().orElse(TIMEOUT).toNanos(),
                result));
        return result;
    }

    private void accept(Publish publish, boolean duplicate) {
        ReceiptRuns runs = new ReceiptRuns(1);
        for (int i = 0; i < bodies(publish).size(); i++) {
            long serial = publish.getSection().getFirstSequence() + i;
            runs.add(serial, serial, 5, duplicate);
        }
        answer(publish, runs);
    }

    private void answer(Publish publish, ReceiptRuns runs) {
        desk.answered(Receipts.newBuilder()
                .setRequestId(publish.getRequestId())
                .addAllRuns(runs.build())
                .build());
        endTurn();
    }

    private void refuse(Publish publish, dev.skein.proto.error.v1.Reason reason, Map<String, String> metadata) {
        desk.answered(Receipts.newBuilder()
                .setRequestId(publish.getRequestId())
                .setError(Errors.of(reason, "refused", metadata))
                .build());
        endTurn();
    }

    private static List<Long> sequences(List<Publish> publishes) {
        return publishes.stream()
                .map(publish -> publish.getSection().getFirstSequence())
                .toList();
    }

    private static List<MessageBody> bodies(Publish publish) {
        return publish.getSection().getChannelsList().stream()
                .flatMap(part -> part.getMessagesList().stream())
                .toList();
    }

    private static List<String> texts(List<Publish> publishes) {
        return publishes.stream().flatMap(publish -> texts(publish).stream()).toList();
    }

    private static List<String> texts(Publish publish) {
        return bodies(publish).stream()
                .map(body -> body.getPayload().toStringUtf8())
                .toList();
    }

    private void callback(Runnable task) {
        callbackTasks++;
        task.run();
    }

    private static List<Long> serials(PublishResult.Several result) {
        return result.join().stream().map(Receipt::serial).toList();
    }

    private static Publish onlyOne(List<Publish> publishes) {
        assertEquals(1, publishes.size());
        return publishes.get(0);
    }

    private static Publish last(List<Publish> publishes) {
        return publishes.get(publishes.size() - 1);
    }

    private static SkeinException failure(CompletableFuture<?> result) {
        return (SkeinException)
                assertThrows(ExecutionException.class, result::get).getCause();
    }
}
