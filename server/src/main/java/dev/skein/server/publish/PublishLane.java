package dev.skein.server.publish;

import dev.skein.core.Checks;
import dev.skein.core.NodeId;
import dev.skein.core.ShardId;
import dev.skein.core.TimeSource;
import dev.skein.proto.error.v1.Error;
import dev.skein.proto.error.v1.Reason;
import dev.skein.replication.PublishOutcome;
import dev.skein.replication.PublishOutcome.Accepted;
import dev.skein.replication.PublishOutcome.Refused;
import dev.skein.server.locate.LeaderDirectory;
import dev.skein.server.loop.Loop;
import dev.skein.wire.Errors;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The publishes of one session to one shard, in order. They are pipelined to the leader; when an attempt fails, what is
 * unanswered goes back to waiting and is sent again, in order, after a short pause.
 *
 * <p>Why order survives this: a producer's sequences are contiguous, so the shard takes a later publish only after the earlier
 * ones. One that overtakes is refused with SEQUENCE_GAP, or with UNKNOWN_PRODUCER at the very beginning; both mean "wait" as long as
 * an earlier one of the same producer is unanswered here.
 *
 * <p>Why nothing is doubled: only repeatable publishes are sent again once something may have been proposed. The others are
 * answered OUTCOME_UNKNOWN then.
 *
 * <p>Owned by the session's loop.
 */
final class PublishLane {

    /** Looking whether somebody here knows a leader by now costs next to nothing. */
    private static final long LOOK_MILLIS = 25;

    private static final long PAUSE_MILLIS_MIN = 20;
    private static final long PAUSE_MILLIS_MAX = 200;

    /** An attempt younger than this isn't recalled for a new leader: its refusal is likely under way. */
    private static final long RECALL_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    /** An attempt older than this makes the lane ask who leads. */
    private static final long INQUIRE_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Beyond every deadline. */
    private static final long FAR_NANOS = TimeUnit.MILLISECONDS.toNanos(2 * PublishCheck.TIMEOUT_MILLIS_MAX);

    private final ShardId shard;
    private final Proposals proposals;
    private final LeaderDirectory leaders;
    private final Loop loop;
    private final TimeSource time;
    private final RandomGenerator random;

    /** Everything unanswered, in the order of arrival. Limited by the session's limits. */
    private final Set<PendingPublish> pending = new LinkedHashSet<>();

    /** No deadline of a pending one is before this. */
    private long expireDueNanos;

    /** Everything pending that is on its way went here; null: some may have gone elsewhere. */
    private @Nullable NodeId soleTarget;

    private boolean paused;
    private int failures;

    PublishLane(
            ShardId shard,
            Proposals proposals,
            LeaderDirectory leaders,
            Loop loop,
            TimeSource time,
            RandomGenerator random) {
        this.shard = shard;
        this.proposals = proposals;
        this.leaders = leaders;
        this.loop = loop;
        this.time = time;
        this.random = random;
    }

    void submit(PendingPublish publish) {
        if (pending.isEmpty() || publish.deadlineNanos - expireDueNanos < 0) {
            expireDueNanos = publish.deadlineNanos;
        }
        pending.add(publish);
        if (paused) {
            return;
        }
        // Not paused means that nothing else waits.
        leaders.target(shard).ifPresentOrElse(target -> send(publish, target), () -> pause(LOOK_MILLIS));
    }

    boolean isIdle() {
        return pending.isEmpty();
    }

    /** Gives up what waits and stops caring about the rest; the session is gone. */
    void abandon() {
        pending.clear();
    }

    /**
     * Looks for passed deadlines and for a leader that has moved. What is pending is gone through only when the earliest deadline
     * may have passed, or when some of it went to another node than the leader.
     */
    void tick() {
        long now = time.nanoTime();
        if (!pending.isEmpty() && expireDueNanos - now <= 0) {
            expire(now);
        }
        recallFromOldLeader(now);
        if (!pending.isEmpty() && pending.iterator().next().silentSince(now - INQUIRE_AFTER_NANOS)) {
            proposals.inquire(shard);
        }
    }

    private void sendWaiting() {
        Optional<NodeId> target = leaders.target(shard);
        if (target.isEmpty()) {
            pause(LOOK_MILLIS);
            return;
        }
        for (PendingPublish each : List.copyOf(pending)) {
            if (each.waits()) {
                send(each, target.get());
            }
        }
    }

    private void send(PendingPublish each, NodeId target) {
        long now = time.nanoTime();
        int attempt = each.sendTo(target, now);
        soleTarget = pending.size() == 1 || target.equals(soleTarget) ? target : null;
        long timeoutMillis = Math.max(1, (each.deadlineNanos - now) / 1_000_000);
        proposals.propose(
                target,
                shard,
                each.publish.section(),
                timeoutMillis,
                outcome -> loop.execute(() -> done(each, attempt, target, outcome)));
    }

    private void done(PendingPublish each, int attempt, NodeId target, PublishOutcome outcome) {
        if (each.answered()) {
            return;
        }
        if (outcome instanceof Accepted) {
            failures = 0;
            answer(each, outcome);
        } else if (outcome instanceof Refused refused && each.isPresent(attempt)) {
            refused(each, target, refused);
        }
    }

    private void refused(PendingPublish each, NodeId target, Refused refused) {
        Error error = refused.error();
        Reason reason = error.getReason();
        if (Refusals.notProposed(reason)) {
            boolean named = followHint(target, error);
            retry(each, false, named && failures == 0 ? 0 : pauseMillis(reason));
        } else if (Refusals.unknown(reason) && each.publish.repeatable()) {
            retry(each, true, pauseMillis());
        } else if (Refusals.early(reason) && waitsForEarlier(each)) {
            retry(each, false, pauseMillis());
        } else {
            answer(each, refused);
        }
    }

    /** Whether the refusal named another node. */
    private boolean followHint(NodeId target, Error error) {
        if (!Refusals.wrongNode(error.getReason())) {
            return false;
        }
        Optional<NodeId> leader = Refusals.leader(error);
        leaders.refused(shard, target, leader);
        return leader.filter(node -> !node.equals(target)).isPresent();
    }

    private void retry(PendingPublish each, boolean mayBeProposed, long pauseMillis) {
        each.recall(mayBeProposed);
        pause(pauseMillis);
    }

    private void pause(long millis) {
        if (!paused) {
            paused = true;
            failures++;
            loop.schedule(millis, this::resume);
        }
    }

    private void resume() {
        paused = false;
        if (!pending.isEmpty()) {
            sendWaiting();
        }
    }

    /** Where the next leader will be heard of, it is looked for: whoever refused isn't named again for a while. */
    private long pauseMillis(Reason refusal) {
        return Refusals.wrongNode(refusal) && leaders.hears(shard) ? LOOK_MILLIS : pauseMillis();
    }

    private long pauseMillis() {
        long whole = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_MIN << Math.min(failures, 10));
        return whole / 2 + random.nextLong(whole / 2 + 1);
    }

    private boolean waitsForEarlier(PendingPublish each) {
        for (PendingPublish earlier : pending) {
            if (earlier == each) {
                return false;
            }
            if (earlier.publish.hasProducerOf(each.publish)) {
                return true;
            }
        }
        return false;
    }

    private void recallFromOldLeader(long now) {
        Optional<NodeId> leader = leaders.leaderOf(shard);
        if (leader.isEmpty() || leader.get().equals(soleTarget)) {
            return;
        }
        boolean recalled = false;
        boolean othersElsewhere = false;
        for (PendingPublish each : pending) {
            if (each.sentElsewhereThan(leader.get())) {
                if (each.publish.repeatable() && each.silentSince(now - RECALL_AFTER_NANOS)) {
                    each.recall(true);
                    recalled = true;
                } else {
                    othersElsewhere = true;
                }
            }
        }
        soleTarget = othersElsewhere ? null : leader.get();
        if (recalled) {
            pause(0);
        }
    }

    private void expire(long now) {
        List<PendingPublish> late = new ArrayList<>();
        long due = now + FAR_NANOS;
        for (PendingPublish each : pending) {
            if (each.deadlineNanos - now <= 0) {
                late.add(each);
            } else if (each.deadlineNanos - due < 0) {
                due = each.deadlineNanos;
            }
        }
        expireDueNanos = due;
        late.forEach(each -> answer(each, new Refused(lateError(each))));
    }

    private static Error lateError(PendingPublish each) {
        String text =
                Checks.text("timeout_ms", each.publish.timeoutMillis(), "an answer of the shard's leader in time");
        return Errors.of(each.mayTakeEffect() ? Reason.REASON_OUTCOME_UNKNOWN : Reason.REASON_DEADLINE, text);
    }

    private void answer(PendingPublish each, PublishOutcome outcome) {
        if (pending.remove(each)) {
            each.answer(outcome);
        }
    }
}
