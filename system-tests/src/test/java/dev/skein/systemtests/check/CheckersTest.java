package dev.skein.systemtests.check;

import static dev.skein.systemtests.check.RecordedRun.HISTORY;
import static dev.skein.systemtests.check.RecordedRun.OTHER_REPLICA;
import static dev.skein.systemtests.check.RecordedRun.REPLICA;
import static dev.skein.systemtests.check.RecordedRun.SERIALS;
import static dev.skein.systemtests.check.RecordedRun.SUBSCRIBER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.systemtests.history.History;
import dev.skein.systemtests.history.Mark;
import dev.skein.systemtests.history.Outcome;
import dev.skein.systemtests.history.Retry;
import dev.skein.systemtests.history.Sighting;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CheckersTest {

    private static final int ANY = 6;

    private final RecordedRun run = new RecordedRun();

    @Test
    void acceptsARunThatKeptEveryPromise() {
        List<Verdict> verdicts = Checkers.check(run.history());

        assertTrue(verdicts.stream().allMatch(Verdict::isKept), () -> verdicts.toString());
        assertEquals(
                EnumSet.range(Promise.ACKED_NOT_LOST, Promise.PUBLISHES_END),
                verdicts.stream().map(Verdict::promise).collect(Collectors.toSet()));
    }

    @Test
    void tellsMessagesOfOneChecksumApart() {
        int other = ANY + 2;
        run.changePublish(other, publish -> RecordedRun.withChecksum(publish, RecordedRun.crc(ANY)));
        for (int source : List.of(SUBSCRIBER, HISTORY, REPLICA, OTHER_REPLICA)) {
            run.change(source, other, seen -> RecordedRun.withChecksum(seen, RecordedRun.crc(ANY)));
        }
        List<Verdict> verdicts = Checkers.check(run.history());

        assertTrue(verdicts.stream().allMatch(Verdict::isKept), () -> verdicts.toString());
    }

    @Test
    void anEmptyRunProvesNothing() {
        List<Verdict> verdicts = Checkers.check(new History());

        assertTrue(verdicts.stream().noneMatch(Verdict::isKept), () -> verdicts.toString());
        assertEquals("NOT CHECKED", verdicts.get(0).word());
    }

    @Test
    void findsAnAcknowledgedMessageMissingOnOneReplica() {
        run.without(OTHER_REPLICA, ANY);

        assertBroken(1, Promise.ACKED_NOT_LOST);
        assertTrue(example(Promise.ACKED_NOT_LOST).contains("replica on eu-a has nothing there"));
    }

    @Test
    void countsAMessageLostEverywhereOnce() {
        run.without(REPLICA, ANY).without(OTHER_REPLICA, ANY).without(HISTORY, ANY);

        assertBroken(1, Promise.ACKED_NOT_LOST);
    }

    @Test
    void findsAnotherMessageWhereTheReceiptPoints() {
        run.change(REPLICA, ANY, seen -> RecordedRun.withMessage(seen, ANY + 2));

        assertBroken(1, Promise.ACKED_NOT_LOST);
        assertTrue(example(Promise.ACKED_NOT_LOST).contains("has message " + (ANY + 2)));
    }

    @Test
    void findsTwoMessagesAtOnePlace() {
        run.change(SUBSCRIBER, ANY, seen -> RecordedRun.withMessage(seen, ANY + 2));

        assertBroken(1, Promise.ONE_ORDER);
    }

    @Test
    void findsAMessageThatNobodyPublished() {
        run.change(HISTORY, ANY, seen -> RecordedRun.withMessage(seen, 9_999));

        assertBroken(1, Promise.ONE_ORDER);
        assertTrue(example(Promise.ONE_ORDER).contains("nobody published"));
    }

    @Test
    void findsAChannelWithTwoEpochs() {
        run.change(HISTORY, ANY, seen -> RecordedRun.inEpoch(seen, 78));

        assertBroken(1, Promise.ONE_ORDER);
    }

    @Test
    void findsASerialBeyondReason() {
        run.change(SUBSCRIBER, ANY, seen -> RecordedRun.at(seen, 1L << 40));

        assertBroken(1, Promise.ONE_ORDER);
    }

    @Test
    void findsAGapInTheMiddleOfAReplica() {
        run.changePublish(ANY, publish -> RecordedRun.ended(publish, Outcome.UNKNOWN));
        run.without(REPLICA, ANY);

        assertBroken(1, Promise.GAPLESS);
    }

    @Test
    void findsAReplicaThatEndsEarly() {
        int last = run.publishes.size() - 1;
        run.changePublish(last, publish -> RecordedRun.ended(publish, Outcome.UNKNOWN));
        run.without(REPLICA, last);

        assertBroken(1, Promise.GAPLESS);
    }

    @Test
    void findsAMessageThatOvertookAnEarlierReceipt() {
        int late = run.publishes.size() - 2;
        run.changePublish(0, publish -> RecordedRun.invokedAt(publish, 10_000));

        assertBroken(1, Promise.REAL_TIME_ORDER);
        assertTrue(example(Promise.REAL_TIME_ORDER).contains("message " + late + " with serial " + SERIALS));
    }

    @Test
    void letsMessagesUnderWayAtOnceComeInAnyOrder() {
        run.changePublish(0, publish -> RecordedRun.invokedAt(publish, 20));

        assertTrue(verdict(Promise.REAL_TIME_ORDER).isKept());
    }

    @Test
    void findsReplicasThatDifferInProducerSequences() {
        run.change(REPLICA, ANY, seen -> RecordedRun.withIdentity(seen, 1));

        assertBroken(1, Promise.REPLICAS_EQUAL);
    }

    @Test
    void findsAMessageAtTwoSerials() {
        Sighting twice = RecordedRun.at(run.sighting(HISTORY, ANY), SERIALS + 1);
        run.sightings.add(twice);

        assertBroken(1, Promise.AT_MOST_ONCE);
    }

    @Test
    void findsTwoMessagesWithOneProducerSequence() {
        for (int source = SUBSCRIBER; source <= OTHER_REPLICA; source++) {
            run.change(source, ANY, seen -> RecordedRun.withIdentity(seen, 1_000 + ANY + 2));
        }

        assertBroken(1, Promise.AT_MOST_ONCE);
    }

    @Test
    void findsARetryThatTookEffectAgain() {
        run.changeRetry(retry -> new Retry(
                retry.id(), retry.region(), true, Outcome.ACKNOWLEDGED, retry.epoch(), retry.serial(), false));

        assertBroken(1, Promise.RETRY_FINDS_ORIGINAL);
    }

    @Test
    void findsARetryAnsweredWithAnotherSerial() {
        run.changeRetry(retry -> new Retry(
                retry.id(), retry.region(), true, Outcome.ACKNOWLEDGED, retry.epoch(), retry.serial() + 1, true));

        assertBroken(1, Promise.RETRY_FINDS_ORIGINAL);
    }

    @Test
    void findsARetryThatWasNeverAnswered() {
        run.changeRetry(retry -> new Retry(retry.id(), retry.region(), true, Outcome.UNKNOWN, 0, 0, false));

        assertBroken(1, Promise.RETRY_FINDS_ORIGINAL);
    }

    @Test
    void findsAPublishersMessagesInAnotherOrder() {
        // Messages 4 and 8 are of one client and channel, with one of the other client between them.
        for (int source = SUBSCRIBER; source <= OTHER_REPLICA; source++) {
            run.change(source, 4, seen -> RecordedRun.withMessage(seen, 8));
            Sighting other = run.sighting(source, 8);
            run.sightings.set(run.sightings.indexOf(other), RecordedRun.withMessage(other, 4));
        }

        assertBroken(1, Promise.PUBLISHER_ORDER);
    }

    @Test
    void findsADeliveryThatCameTwice() {
        run.sightings.add(run.sighting(SUBSCRIBER, run.publishes.size() - 1));

        assertOnlyBroken(1, Promise.SUBSCRIBER_ORDER);
    }

    @Test
    void findsDeliveriesInTheWrongOrder() {
        Sighting early = run.sighting(SUBSCRIBER, ANY);
        run.sightings.remove(early);
        run.sightings.add(ANY + 2, early);

        assertOnlyBroken(1, Promise.SUBSCRIBER_ORDER);
    }

    @Test
    void findsASkippedDelivery() {
        run.without(SUBSCRIBER, ANY);

        assertOnlyBroken(1, Promise.SUBSCRIBER_COMPLETE);
    }

    @Test
    void findsASubscriberThatStoppedBeforeTheEnd() {
        run.sightings.removeIf(seen -> seen.source() == SUBSCRIBER && seen.serial() > 7);

        assertOnlyBroken(2 * (SERIALS - 7), Promise.SUBSCRIBER_COMPLETE);
    }

    @Test
    void aGapEventIsNoExcuse() {
        run.marks.add(new Mark(Mark.Kind.GAP, SUBSCRIBER, 0, 3, 4, 100));

        assertOnlyBroken(1, Promise.SUBSCRIBER_COMPLETE);
    }

    @Test
    void findsASubscriptionThatEnded() {
        run.marks.add(new Mark(Mark.Kind.CLOSED, SUBSCRIBER, 0, 0, 0, 100));

        assertOnlyBroken(1, Promise.SUBSCRIBER_COMPLETE);
    }

    @Test
    void findsADeliveryThatAFailoverTookBack() {
        int last = run.publishes.size() - 1;
        run.changePublish(last, publish -> RecordedRun.ended(publish, Outcome.UNKNOWN));
        run.without(REPLICA, last).without(OTHER_REPLICA, last).without(HISTORY, last);

        assertOnlyBroken(1, Promise.ONLY_COMMITTED);
    }

    @Test
    void findsAFailedMessageThatAppeared() {
        run.changePublish(ANY, publish -> RecordedRun.ended(publish, Outcome.FAILED));

        assertOnlyBroken(1, Promise.FAILED_NEVER_APPEARS);
    }

    @Test
    void anOpenOutcomeMayAppear() {
        run.changePublish(ANY, publish -> RecordedRun.ended(publish, Outcome.UNKNOWN));

        assertBrokenPromises(Set.of());
    }

    @Test
    void findsAPublishWithoutAnEnd() {
        run.changePublish(ANY, publish -> RecordedRun.ended(publish, Outcome.PENDING));

        assertOnlyBroken(1, Promise.PUBLISHES_END);
    }

    // ------------------------------------------------------------------

    private Verdict verdict(Promise promise) {
        return Checkers.check(run.history()).stream()
                .filter(verdict -> verdict.promise() == promise)
                .findFirst()
                .orElseThrow();
    }

    private String example(Promise promise) {
        return verdict(promise).examples().get(0);
    }

    private void assertBroken(long violations, Promise promise) {
        assertEquals(violations, verdict(promise).violations(), () -> verdict(promise)
                .toString());
    }

    private void assertOnlyBroken(long violations, Promise promise) {
        assertBroken(violations, promise);
        assertBrokenPromises(Set.of(promise));
    }

    private void assertBrokenPromises(Set<Promise> promises) {
        Set<Promise> broken = Checkers.check(run.history()).stream()
                .filter(verdict -> !verdict.isKept())
                .map(Verdict::promise)
                .collect(Collectors.toSet());
        assertEquals(promises, broken);
    }
}
