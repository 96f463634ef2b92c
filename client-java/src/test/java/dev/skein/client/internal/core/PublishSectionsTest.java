package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.PublishOptions;
import dev.skein.client.Reason;
import dev.skein.client.Receipt;
import dev.skein.proto.client.v1.ChannelMessages;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.SessionLimits;
import dev.skein.wire.ReceiptRuns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Several publishes in one section, and what it means for each of them. */
class PublishSectionsTest extends PublishDeskScenario {

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
        publish("room", "x".repeat(WaitingLine.GATHERED_BYTES / 2), 1, PublishOptions.defaults());
        endTurn();
        assertEquals(List.of(), link.takePublishes());
        publish("room", "x".repeat(WaitingLine.GATHERED_BYTES / 2), 1, PublishOptions.defaults());
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
}
