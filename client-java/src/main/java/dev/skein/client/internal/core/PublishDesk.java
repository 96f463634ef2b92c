package dev.skein.client.internal.core;

import com.google.protobuf.ByteString;
import dev.skein.client.Reason;
import dev.skein.client.RetryAdvice;
import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Receipts;
import dev.skein.proto.client.v1.SessionLimits;
import dev.skein.proto.error.v1.Error;
import dev.skein.wire.ChannelHash;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All publishes of a client: finds the lane of each, sends what the session's limits allow, sorts the answers, and ends what has waited
 * too long. A publish is refused before it comes here when too many wait already, so nothing here grows without limit.
 */
final class PublishDesk {

    private static final Duration SWEEP_MIN = Duration.ofMillis(10);

    private final Timers timers;
    private final RandomGenerator random;
    private final Executor callbacks;
    private final Counters counters;
    private final Consumer<String> describeNamespace;
    private final ByteString producer;

    private final Map<String, Integer> shardsByNamespace = new HashMap<>();
    private final Map<String, ArrayDeque<PendingPublish>> homeless = new HashMap<>();
    private final Map<LaneKey, PublishLane> lanes = new HashMap<>();
    private final Map<Long, Attempt> attempts = new HashMap<>();

    /** Lanes that may have something to send; served in turns, one publish each. */
    private final LinkedHashSet<PublishLane> ready = new LinkedHashSet<>();

    private @Nullable Consumer<ClientFrame> session;
    private SessionLimits limits = SessionLimits.getDefaultInstance();
    private long bytesUnderWay;
    private long lastRequestId;
    private Timers.@Nullable Timer sweep;

    PublishDesk(
            Timers timers,
            RandomGenerator random,
            Executor callbacks,
            Counters counters,
            Consumer<String> describeNamespace) {
        this.timers = timers;
        this.random = random;
        this.callbacks = callbacks;
        this.counters = counters;
        this.describeNamespace = describeNamespace;
        this.producer = newProducer();
    }

    void publish(PendingPublish publish) {
        sweepBy(publish.deadlineNanos);
        String namespace = publish.channel.namespace();
        Integer shards = shardsByNamespace.get(namespace);
        if (shards != null) {
            laneOf(publish, shards).add(publish);
            pump();
        } else {
            ArrayDeque<PendingPublish> queue = homeless.computeIfAbsent(namespace, unseen -> new ArrayDeque<>());
            queue.add(publish);
            if (queue.size() == 1) {
                describeNamespace.accept(namespace);
            }
        }
    }

    /** The answer to {@code describeNamespace}. */
    void namespaceDescribed(String namespace, int shards) {
        shardsByNamespace.put(namespace, shards);
        ArrayDeque<PendingPublish> queue = homeless.remove(namespace);
        if (queue != null) {
            queue.forEach(publish -> laneOf(publish, shards).add(publish));
            pump();
        }
    }

    /** The namespace can't be described: everything that waits for it fails. */
    void namespaceRefused(String namespace, SkeinException cause) {
        ArrayDeque<PendingPublish> queue = homeless.remove(namespace);
        if (queue != null) {
            queue.forEach(publish -> fail(publish, cause));
            queue.forEach(this::forget);
        }
    }

    /** Whether somebody still waits for this namespace's description. */
    boolean awaits(String namespace) {
        return homeless.containsKey(namespace);
    }

    void attached(Consumer<ClientFrame> session, SessionLimits limits) {
        this.session = session;
        this.limits = limits;
        ready.addAll(lanes.values());
        pump();
    }

    void detached() {
        session = null;
        attempts.values().forEach(this::cutOff);
        attempts.clear();
        bytesUnderWay = 0;
        ready.clear();
        lanes.values().forEach(PublishLane::sessionLost);
    }

    /** A new producer's resend wouldn't find what a former one may have had taken. */
    private void cutOff(Attempt attempt) {
        if (!attempt.isPresent() && !attempt.publish.settled) {
            attempt.lane.settleUnnumbered(attempt.publish);
            end(
                    attempt.publish,
                    uncertain(Reason.OUTCOME_UNKNOWN, "the session ended; the publish may have taken effect"));
        }
    }

    void answered(Receipts answer) {
        Attempt attempt = attempts.remove(answer.getRequestId());
        if (attempt == null) {
            return;
        }
        bytesUnderWay -= attempt.publish.bytes;
        if (!attempt.publish.settled) {
            sort(attempt, answer);
        }
        ready.add(attempt.lane);
        pump();
    }

    private void sort(Attempt attempt, Receipts answer) {
        if (answer.hasError()) {
            refused(attempt, answer.getError());
        } else if (answer.getReceiptsCount() != attempt.publish.size()) {
            refused(attempt, wrongCount(attempt.publish, answer));
        } else {
            settleTaken(attempt);
            succeed(attempt.publish, answer);
        }
    }

    /** Numbers of a former producer say nothing about the present one's. */
    private static void settleTaken(Attempt attempt) {
        if (attempt.isPresent()) {
            attempt.lane.settleTaken(attempt.publish);
        } else {
            attempt.lane.settleUnnumbered(attempt.publish);
        }
    }

    /** Fails everything. */
    void close(SkeinException cause) {
        detached();
        List<PendingPublish> all = new ArrayList<>();
        homeless.values().forEach(all::addAll);
        for (PublishLane lane : lanes.values()) {
            lane.numbered().forEach(all::add);
            lane.waiting().forEach(all::add);
        }
        homeless.clear();
        lanes.clear();
        for (PendingPublish publish : all) {
            if (!publish.settled) {
                fail(publish, publish.attempts > 0 ? uncertain(cause.reason(), cause.getMessage()) : cause);
                forget(publish);
            }
        }
    }

    // ------------------------------------------------------------------ sending

    private void pump() {
        while (session != null && !ready.isEmpty()) {
            PublishLane lane = ready.iterator().next();
            ready.remove(lane);
            if (full()) {
                ready.add(lane);
                return;
            }
            Optional<PendingPublish> next = lane.next(timers.nanoTime());
            if (next.isPresent()) {
                send(lane, next.get());
                ready.add(lane);
            } else {
                lane.resumeAtNanos().ifPresent(due -> timers.at(due, () -> resume(lane)));
            }
        }
    }

    private void resume(PublishLane lane) {
        if (session != null) {
            ready.add(lane);
            pump();
        }
    }

    private void send(PublishLane lane, PendingPublish publish) {
        publish.requestId = ++lastRequestId;
        if (publish.attempts > 1) {
            counters.publishesResent.increment();
        }
        attempts.put(publish.requestId, new Attempt(lane, publish, lane.producer(), lane.takenThrough()));
        bytesUnderWay += publish.bytes;
        session.accept(ClientFrame.newBuilder()
                .setPublish(publish.frame(lane.producer(), timers.nanoTime()))
                .build());
    }

    /** A session takes at least one publish, whatever its limits say. */
    private boolean full() {
        boolean many = limits.getPublishesInFlight() > 0 && attempts.size() >= limits.getPublishesInFlight();
        boolean much = limits.getPublishBytesInFlight() > 0
                && bytesUnderWay >= limits.getPublishBytesInFlight() - limits.getPublishBytes();
        return !attempts.isEmpty() && (many || much);
    }

    private PublishLane laneOf(PendingPublish publish, int shards) {
        int shard = ChannelHash.shardOf(publish.channel.full(), shards);
        PublishLane lane = lanes.computeIfAbsent(
                new LaneKey(publish.channel.namespace(), shard),
                unseen -> new PublishLane(producer, this::newProducer, random));
        ready.add(lane);
        return lane;
    }

    private ByteString newProducer() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    // ------------------------------------------------------------------ answers

    private void refused(Attempt attempt, Error error) {
        PublishLane lane = attempt.lane;
        PendingPublish publish = attempt.publish;
        switch (error.getReason()) {
            case REASON_CONDITION_FAILED, REASON_MESSAGE_ID_CONFLICT -> {
                settleTaken(attempt);
                end(publish, Failures.of(error));
            }
            case REASON_SEQUENCE_TOO_OLD -> {
                settleTaken(attempt);
                end(publish, Failures.afterUnknownAttempt(error));
            }
            case REASON_SEQUENCE_GAP -> outOfOrder(attempt, error, expected(error));
            case REASON_UNKNOWN_PRODUCER -> outOfOrder(attempt, error, 1);
            case REASON_SEQUENCE_REUSED -> {
                boolean present = attempt.isPresent();
                end(attempt, error);
                if (present) {
                    changeProducer(lane, error);
                }
            }
            // A lane exists only for a namespace that was described, so the node only hasn't heard of it yet.
            case REASON_UNKNOWN_NAMESPACE -> retry(attempt, error);
            default -> refusedByClass(attempt, error);
        }
    }

    private void refusedByClass(Attempt attempt, Error error) {
        switch (Failures.retryClass(error)) {
            case RETRY_CLASS_SAME_TARGET, RETRY_CLASS_OTHER_TARGET, RETRY_CLASS_AFTER_RESUME -> retry(attempt, error);
            case RETRY_CLASS_UNKNOWN_OUTCOME -> unknownOutcome(attempt, error);
            default -> end(attempt, error);
        }
    }

    /** Only the producer that sent it can find out by a resend. */
    private void unknownOutcome(Attempt attempt, Error error) {
        attempt.publish.maybeTaken = true;
        if (attempt.isPresent()) {
            retry(attempt, error);
        } else {
            attempt.lane.settleUnnumbered(attempt.publish);
            end(attempt.publish, Failures.afterUnknownAttempt(error));
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
            end(publish, Failures.afterUnknownAttempt(error));
        }
    }

    private void retry(Attempt attempt, Error error) {
        attempt.lane.retry(attempt.publish, timers.nanoTime(), Duration.ofMillis(error.getRetryAfterMs()));
    }

    private void end(Attempt attempt, Error error) {
        boolean uncertain = attempt.publish.maybeTaken;
        attempt.lane.settleRefused(attempt.publish, timers.nanoTime());
        end(attempt.publish, uncertain ? Failures.afterUnknownAttempt(error) : Failures.of(error));
    }

    private void end(PendingPublish publish, SkeinException cause) {
        fail(publish, cause);
        forget(publish);
    }

    private static long expected(Error error) {
        try {
            return Long.parseLong(error.getMetadataOrDefault("expected", Long.toString(Long.MAX_VALUE)));
        } catch (NumberFormatException notANumber) {
            return Long.MAX_VALUE;
        }
    }

    private static Error wrongCount(PendingPublish publish, Receipts answer) {
        return Error.newBuilder()
                .setReason(dev.skein.proto.error.v1.Reason.REASON_INTERNAL)
                .setText("receipts: " + answer.getReceiptsCount() + " (expected: " + publish.size() + ")")
                .build();
    }

    // ------------------------------------------------------------------ telling the application

    private void succeed(PendingPublish publish, Receipts answer) {
        if (!publish.told) {
            publish.told = true;
            counters.publishesAcknowledged.increment();
            var receipts = answer.getReceiptsList().stream().map(Wire::receipt).toList();
            callbacks.execute(() -> publish.result.complete(receipts));
        }
        forget(publish);
    }

    private void fail(PendingPublish publish, SkeinException cause) {
        if (!publish.told) {
            publish.told = true;
            counters.publishesFailed.increment();
            callbacks.execute(() -> publish.result.completeExceptionally(cause));
        }
    }

    private void forget(PendingPublish publish) {
        counters.messagesUnanswered.addAndGet(-publish.size());
        counters.bytesUnanswered.addAndGet(-publish.bytes);
    }

    private static SkeinException uncertain(Reason reason, String text) {
        return new SkeinException(reason, text, RetryAdvice.WITH_MESSAGE_ID, Map.of());
    }

    // ------------------------------------------------------------------ deadlines

    private void sweepBy(long deadlineNanos) {
        if (sweep == null || deadlineNanos < sweep.dueNanos()) {
            if (sweep != null) {
                sweep.cancel();
            }
            long soonest = timers.nanoTime() + SWEEP_MIN.toNanos();
            sweep = timers.at(Math.max(soonest, deadlineNanos), this::sweep);
        }
    }

    private void sweep() {
        sweep = null;
        long now = timers.nanoTime();
        for (ArrayDeque<PendingPublish> queue : homeless.values()) {
            queue.removeIf(publish -> expireUnsent(publish, now));
        }
        homeless.values().removeIf(ArrayDeque::isEmpty);
        for (PublishLane lane : lanes.values()) {
            lane.removeExpired(now).forEach(publish -> end(publish, neverSent()));
            lane.numbered().forEach(publish -> expireSent(publish, now));
            lane.waiting().forEach(publish -> sweepBy(publish.deadlineNanos));
        }
    }

    private boolean expireUnsent(PendingPublish publish, long now) {
        if (publish.deadlineNanos > now) {
            sweepBy(publish.deadlineNanos);
            return false;
        }
        end(publish, neverSent());
        return true;
    }

    /** It stays in its lane: those behind it can be taken only after it. */
    private void expireSent(PendingPublish publish, long now) {
        if (publish.settled || publish.told) {
            return;
        }
        if (publish.deadlineNanos > now) {
            sweepBy(publish.deadlineNanos);
        } else {
            fail(
                    publish,
                    uncertain(
                            Reason.OUTCOME_UNKNOWN, "no answer within the timeout; the publish may still take effect"));
        }
    }

    private static SkeinException neverSent() {
        return new SkeinException(
                Reason.DEADLINE, "the timeout passed before the publish could be sent", RetryAdvice.SAFE, Map.of());
    }

    private record LaneKey(String namespace, int shard) {}

    private record Attempt(PublishLane lane, PendingPublish publish, ByteString producer, long takenBefore) {

        /** Whether the lane still is the producer that sent it. */
        boolean isPresent() {
            return lane.producer() == producer;
        }
    }
}
