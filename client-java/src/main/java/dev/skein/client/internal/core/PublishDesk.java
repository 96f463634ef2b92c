package dev.skein.client.internal.core;

import dev.skein.client.Reason;
import dev.skein.client.RetryAdvice;
import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.SessionLimits;
import dev.skein.proto.error.v1.Error;
import dev.skein.wire.ReceiptRuns;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All publishes of a client: puts each into its lane, sends what the session's limits allow, and sorts the answers. A publish is refused before it comes here when too many wait already, so nothing here grows without limit.
 *
 * <p>Sending is left to the end of the loop's turn, so that publishes that came in one turn go together.
 */
final class PublishDesk {

    private final Timers timers;
    private final Consumer<String> describeNamespace;
    private final PublishOutcomes outcomes;
    private final Counters counters;
    private final LaneTable table;
    private final PublishDeadlines deadlines;
    private final Map<Long, Attempt> attempts = new HashMap<>();

    /** Lanes that may have something to send; served in turns, one attempt each. */
    private final ArrayDeque<PublishLane> ready = new ArrayDeque<>();

    private @Nullable Consumer<SectionFrame> session;
    private SessionLimits limits = SessionLimits.getDefaultInstance();
    private SectionSize sectionSize = SectionSize.within(limits);
    private long bytesUnderWay;
    private long lastRequestId;
    private boolean pumpPlanned;

    PublishDesk(
            Timers timers,
            RandomGenerator random,
            Executor callbacks,
            Counters counters,
            Consumer<String> describeNamespace) {
        this.timers = timers;
        this.describeNamespace = describeNamespace;
        this.outcomes = new PublishOutcomes(callbacks, counters);
        this.counters = counters;
        this.table = new LaneTable(random);
        this.deadlines = new PublishDeadlines(timers, table, outcomes);
    }

    void publish(PendingPublish publish) {
        deadlines.watch(publish);
        PublishLane lane = table.laneOf(publish.channel);
        if (lane != null) {
            lane.add(publish);
            lookAt(lane);
        } else if (table.await(publish)) {
            describeNamespace.accept(publish.channel.namespace());
        }
    }

    /** The answer to {@code describeNamespace}. */
    void namespaceDescribed(String namespace, int shards) {
        table.described(namespace, shards);
        table.release(namespace).forEach(this::publish);
    }

    /** The namespace can't be described: everything that waits for it fails. */
    void namespaceRefused(String namespace, SkeinException cause) {
        table.release(namespace).forEach(publish -> outcomes.end(publish, cause));
    }

    /** Whether somebody still waits for this namespace's description. */
    boolean awaits(String namespace) {
        return table.awaits(namespace);
    }

    void attached(Consumer<SectionFrame> session, SessionLimits limits) {
        this.session = session;
        this.limits = limits;
        this.sectionSize = SectionSize.within(limits);
        table.lanes().forEach(this::lookAt);
    }

    void detached() {
        session = null;
        attempts.values().forEach(this::cutOff);
        attempts.clear();
        bytesUnderWay = 0;
        table.lanes().forEach(PublishLane::sessionLost);
    }

    /** A new producer's resend wouldn't find what a former one may have had taken. */
    private void cutOff(Attempt attempt) {
        if (!attempt.isPresent()) {
            endAll(attempt, uncertain(Reason.OUTCOME_UNKNOWN, "the session ended; the publish may have taken effect"));
            attempt.lane.settleUnnumbered(attempt);
        }
    }

    void answered(Receipts answer) {
        Attempt attempt = attempts.remove(answer.getRequestId());
        if (attempt == null) {
            return;
        }
        bytesUnderWay -= attempt.bytes();
        attempt.lane.answered(attempt);
        if (attempt.isOpen()) {
            sort(attempt, answer);
        }
        lookAt(attempt.lane);
    }

    private void sort(Attempt attempt, Receipts answer) {
        if (answer.hasError()) {
            refused(attempt, answer.getError());
            return;
        }
        int receipts = ReceiptRuns.count(answer.getRunsList());
        if (receipts != attempt.messages()) {
            refused(attempt, wrongCount(attempt, receipts));
        } else {
            outcomes.taken(attempt, answer.getRunsList());
            attempt.lane.settleTaken(attempt);
        }
    }

    /** Fails everything. */
    void close(SkeinException cause) {
        detached();
        ready.clear();
        for (PendingPublish publish : table.removeAll()) {
            if (!publish.settled) {
                outcomes.end(publish, publish.attempts > 0 ? uncertain(cause.reason(), cause.getMessage()) : cause);
            }
        }
    }

    // ------------------------------------------------------------------ sending

    private void lookAt(PublishLane lane) {
        if (!lane.queued) {
            lane.queued = true;
            ready.add(lane);
        }
        if (!pumpPlanned) {
            pumpPlanned = true;
            timers.at(timers.nanoTime(), this::pump);
        }
    }

    private void pump() {
        pumpPlanned = false;
        Consumer<SectionFrame> to = session;
        while (to != null && !ready.isEmpty() && !full()) {
            PublishLane lane = ready.remove();
            Optional<Attempt> next = lane.next(timers.nanoTime(), sectionSize);
            if (next.isPresent()) {
                ready.add(lane);
                send(next.get(), to);
            } else {
                lane.queued = false;
                wakeLater(lane);
            }
        }
    }

    private void wakeLater(PublishLane lane) {
        if (lane.dueNanos() != Long.MAX_VALUE && !lane.wakePlanned) {
            lane.wakePlanned = true;
            timers.at(lane.dueNanos(), () -> {
                lane.wakePlanned = false;
                lookAt(lane);
            });
        }
    }

    private void send(Attempt attempt, Consumer<SectionFrame> to) {
        attempt.requestId = ++lastRequestId;
        countResent(attempt);
        attempts.put(attempt.requestId, attempt);
        bytesUnderWay += attempt.bytes();
        to.accept(SectionFrame.of(attempt, attempt.serverTryMillis(timers.nanoTime())));
    }

    private void countResent(Attempt attempt) {
        for (int i = 0; i < attempt.publishes.size(); i++) {
            if (attempt.publishes.get(i).attempts > 1) {
                counters.publishesResent.increment();
            }
        }
    }

    /** A session takes at least one section, whatever its limits say. */
    private boolean full() {
        boolean many = limits.getPublishesInFlight() > 0 && attempts.size() >= limits.getPublishesInFlight();
        boolean much = limits.getPublishBytesInFlight() > 0
                && bytesUnderWay >= limits.getPublishBytesInFlight() - limits.getPublishBytes();
        return !attempts.isEmpty() && (many || much);
    }

    // ------------------------------------------------------------------ answers

    private void refused(Attempt attempt, Error error) {
        switch (error.getReason()) {
            case REASON_SEQUENCE_GAP -> outOfOrder(attempt, error, expected(error));
            case REASON_UNKNOWN_PRODUCER -> outOfOrder(attempt, error, 1);
            // A lane exists only for a namespace that was described, so the node only hasn't heard of it yet.
            case REASON_UNKNOWN_NAMESPACE -> retry(attempt, error);
            default -> refusedByClass(attempt, error);
        }
    }

    private void refusedByClass(Attempt attempt, Error error) {
        switch (Failures.retryClass(error)) {
            case RETRY_CLASS_SAME_TARGET, RETRY_CLASS_OTHER_TARGET, RETRY_CLASS_AFTER_RESUME -> retry(attempt, error);
            case RETRY_CLASS_UNKNOWN_OUTCOME -> unknownOutcome(attempt, error);
            default -> refusedForGood(attempt, error);
        }
    }

    /** One publish is at fault; which one, shows when each is sent by itself. */
    private void refusedForGood(Attempt attempt, Error error) {
        if (attempt.isOfOnePublish()) {
            end(attempt, error);
        } else {
            attempt.lane.retryOneByOne(attempt, timers.nanoTime());
        }
    }

    private void end(Attempt attempt, Error error) {
        PublishLane lane = attempt.lane;
        switch (error.getReason()) {
            case REASON_CONDITION_FAILED, REASON_MESSAGE_ID_CONFLICT -> {
                endAll(attempt, Failures.of(error));
                lane.settleTaken(attempt);
            }
            case REASON_SEQUENCE_TOO_OLD -> {
                endAll(attempt, Failures.afterUnknownAttempt(error));
                lane.settleTaken(attempt);
            }
            default -> {
                boolean uncertain = attempt.publishes.get(0).maybeTaken;
                endAll(attempt, uncertain ? Failures.afterUnknownAttempt(error) : Failures.of(error));
                lane.settleRefused(attempt, timers.nanoTime());
                if (error.getReason() == dev.skein.proto.error.v1.Reason.REASON_SEQUENCE_REUSED
                        && attempt.isPresent()) {
                    changeProducer(lane, error);
                }
            }
        }
    }

    /** Only the producer that sent it can find out by a resend. */
    private void unknownOutcome(Attempt attempt, Error error) {
        attempt.publishes.forEach(publish -> publish.maybeTaken = true);
        if (attempt.isPresent()) {
            retry(attempt, error);
        } else {
            endAll(attempt, Failures.afterUnknownAttempt(error));
            attempt.lane.settleUnnumbered(attempt);
        }
    }

    /**
     * Normal behind a publish that has to be resent. But a server that expects a sequence it had already taken when this attempt was sent has
     * lost what it knew of us. (A producer it doesn't know is one of which it expects 1.)
     */
    private void outOfOrder(Attempt attempt, Error error, long expected) {
        boolean forgotten = attempt.isPresent() && expected <= attempt.takenBefore;
        retry(attempt, error);
        if (forgotten) {
            changeProducer(attempt.lane, error);
        }
    }

    private void changeProducer(PublishLane lane, Error error) {
        for (PendingPublish publish : lane.changeProducer(timers.nanoTime())) {
            outcomes.end(publish, Failures.afterUnknownAttempt(error));
        }
    }

    private void retry(Attempt attempt, Error error) {
        attempt.lane.retry(timers.nanoTime(), Duration.ofMillis(error.getRetryAfterMs()));
    }

    /** Ends what the attempt's answer is still a word on. The lane must settle it next. */
    private void endAll(Attempt attempt, SkeinException cause) {
        for (PendingPublish publish : attempt.publishes) {
            if (!publish.settled) {
                outcomes.end(publish, cause);
            }
        }
    }

    private static long expected(Error error) {
        try {
            return Long.parseLong(error.getMetadataOrDefault("expected", Long.toString(Long.MAX_VALUE)));
        } catch (NumberFormatException notANumber) {
            return Long.MAX_VALUE;
        }
    }

    private static Error wrongCount(Attempt attempt, int receipts) {
        return Error.newBuilder()
                .setReason(dev.skein.proto.error.v1.Reason.REASON_INTERNAL)
                .setText("receipts: " + receipts + " (expected: " + attempt.messages() + ")")
                .build();
    }

    static SkeinException uncertain(Reason reason, String text) {
        return new SkeinException(reason, text, RetryAdvice.WITH_MESSAGE_ID, Map.of());
    }
}
