package dev.skein.client.internal.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.client.Reason;
import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.Publish;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.SessionLimits;
import dev.skein.wire.Errors;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PublishDeskTest extends PublishDeskScenario {

    private Publish formerAttempt = Publish.getDefaultInstance();

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
}
