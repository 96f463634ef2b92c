package dev.skein.client.internal.core;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One client's publishes to one shard, in order. They leave in <i>attempts</i>: one section each, of as many publishes as wait and may go
 * together.
 *
 * <p>The server takes producer sequences strictly one after the other, so order is kept by numbering alone. A publish gets its number
 * when it is first sent, and at most {@link #WINDOW} numbers are unanswered at a time: the server remembers the serials of that many,
 * so each resend finds its original. A resend may draw the borders between sections anew.
 *
 * <p>While few attempts are under way a publish is sent at once. Behind them publishes gather, as each section costs the same whether it
 * is small or large: until they are {@value WaitingLine#GATHERED_BYTES} bytes, or an answer has come, or the first has waited long enough.
 *
 * <p>When an answer says "not now" or "not in this order", the lane <i>rewinds</i>: it sends nothing more until every attempt under way
 * has been answered, waits a little, and then sends all that is left, in order. While it rewinds it also closes numbering holes: a
 * publish that was refused without using up its sequence leaves one, and nothing behind a hole can have been taken, so those behind
 * it move up.
 */
final class PublishLane {

    /** Messages that are numbered and not answered; the server remembers this many sequences. */
    static final int WINDOW = 8_192;

    /** Attempts under way behind which nothing gathers: one is being worked on while the next is on its way. */
    static final int EAGER_ATTEMPTS = 2;

    /** Attempts under way at once. Full sections of small messages then fill the window; more would only queue at the leader. */
    static final int ATTEMPTS_MAX = 8;

    /**
     * Longest time that gathering holds a publish up while attempts may still be started: a far leader's answers must not be what its lane's
     * pace hangs on.
     */
    static final long GATHER_NANOS_MAX = 5_000_000;

    private static final long NOT_GATHERING = Long.MAX_VALUE;

    private final Supplier<ByteString> newProducer;
    private final Backoff backoff;
    private final Deque<PendingPublish> numbered = new ArrayDeque<>();
    private final Deque<PendingPublish> resend = new ArrayDeque<>();
    private final WaitingLine waiting = new WaitingLine();

    private ByteString producer;
    private long nextSequence = 1;

    /** The server has used up every sequence up to this one. */
    private long takenThrough;

    private int underWay;
    private boolean rewinding;
    private long resumeAtNanos;

    /** When gathering began to hold back what waits. */
    private long gatheringSince = NOT_GATHERING;

    private long dueNanos = Long.MAX_VALUE;

    /** The desk's: it stands in the queue of lanes to look at. */
    boolean queued;

    /** The desk's: a timer will look at it. */
    boolean wakePlanned;

    PublishLane(ByteString producer, Supplier<ByteString> newProducer, RandomGenerator random) {
        this.producer = producer;
        this.newProducer = newProducer;
        this.backoff = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1), random);
    }

    ByteString producer() {
        return producer;
    }

    void add(PendingPublish publish) {
        waiting.add(publish);
    }

    /** When to ask for the {@link #next} attempt again, if there was none only because of the time; else {@link Long#MAX_VALUE}. */
    long dueNanos() {
        return dueNanos;
    }

    /** The attempt to send now, numbered, or nothing. The caller must send it. */
    Optional<Attempt> next(long nowNanos, SectionSize size) {
        dueNanos = Long.MAX_VALUE;
        if (rewinding && !finishRewind(nowNanos)) {
            return Optional.empty();
        }
        if (sendable() == null || gathers(nowNanos, size) || underWay >= ATTEMPTS_MAX) {
            return Optional.empty();
        }
        gatheringSince = NOT_GATHERING;
        underWay++;
        return Optional.of(attempt(size));
    }

    /** The session has answered. What becomes of the attempt's publishes must be said next. */
    void answered(Attempt attempt) {
        underWay--;
        attempt.publishes.forEach(publish -> publish.underWay = false);
    }

    /** The server has settled the attempt and its sequences are used up. */
    void settleTaken(Attempt attempt) {
        if (attempt.isPresent()) {
            // Numbers of a former producer say nothing about the present one's.
            takenThrough = Math.max(takenThrough, attempt.lastSequence());
            backoff.reset();
        }
        settle(attempt);
    }

    /** The server has settled the attempt under a former producer. */
    void settleUnnumbered(Attempt attempt) {
        settle(attempt);
    }

    /** The server has refused the attempt for good without using up its sequences. */
    void settleRefused(Attempt attempt, long nowNanos) {
        settle(attempt);
        rewind(nowNanos, Duration.ZERO);
    }

    /** What is open of the attempt has to be sent again. */
    void retry(long nowNanos, Duration atLeast) {
        Duration delay = backoff.next();
        rewind(nowNanos, delay.compareTo(atLeast) > 0 ? delay : atLeast);
    }

    /** What is open of the attempt has to be sent again, each publish by itself, so that each gets a word of its own. */
    void retryOneByOne(Attempt attempt, long nowNanos) {
        attempt.publishes.forEach(publish -> publish.alone = true);
        rewind(nowNanos, Duration.ZERO);
    }

    long takenThrough() {
        return takenThrough;
    }

    /**
     * Goes on as a new producer, because the server doesn't know this one any more.
     *
     * @return the publishes that may have been taken under the old identity; they have left the lane
     */
    List<PendingPublish> changeProducer(long nowNanos) {
        List<PendingPublish> uncertain =
                numbered.stream().filter(p -> p.maybeTaken && !p.settled).toList();
        uncertain.forEach(publish -> publish.settled = true);
        removeSettled();
        producer = newProducer.get();
        takenThrough = 0;
        rewind(nowNanos, Duration.ZERO);
        return uncertain;
    }

    /** The session is gone: what was under way may have been taken; everything unanswered is sent again in the next one. */
    void sessionLost() {
        for (PendingPublish publish : numbered) {
            if (publish.underWay) {
                publish.maybeTaken = true;
                publish.underWay = false;
            }
        }
        underWay = 0;
        rewinding = true;
        resumeAtNanos = Long.MIN_VALUE;
        backoff.reset();
    }

    /** Removes publishes that were never sent. */
    void removeWaitingIf(Predicate<PendingPublish> over) {
        waiting.removeIf(over);
    }

    /** Everything that has been numbered and not settled. */
    Iterable<PendingPublish> numbered() {
        return numbered;
    }

    /** Everything that has not been numbered. */
    Iterable<PendingPublish> waiting() {
        return waiting.publishes();
    }

    private boolean finishRewind(long nowNanos) {
        if (underWay > 0) {
            return false;
        }
        if (nowNanos < resumeAtNanos) {
            dueNanos = resumeAtNanos;
            return false;
        }
        rewinding = false;
        nextSequence = takenThrough + 1;
        resend.clear();
        for (PendingPublish publish : numbered) {
            if (!publish.settled) {
                numberAgain(publish);
                resend.add(publish);
            }
        }
        return true;
    }

    /** Whether what waits should wait for more; notes since when it does. */
    private boolean gathers(long nowNanos, SectionSize size) {
        if (underWay < EAGER_ATTEMPTS || !resend.isEmpty() || waiting.isWorthASection(size)) {
            return false;
        }
        if (gatheringSince == NOT_GATHERING) {
            gatheringSince = nowNanos;
        }
        long over = gatheringSince + GATHER_NANOS_MAX;
        if (nowNanos >= over) {
            return false;
        }
        dueNanos = over;
        return true;
    }

    private Attempt attempt(SectionSize size) {
        Attempt attempt = new Attempt(this, take());
        for (PendingPublish next = sendable(); next != null; next = sendable()) {
            if (!attempt.takes(next, sequenceOfNext(), size)) {
                break;
            }
            attempt.add(take());
        }
        return attempt;
    }

    /** The first in line, unless it must wait for room in the window. */
    private @Nullable PendingPublish sendable() {
        PendingPublish again = resend.peek();
        if (again != null) {
            return again;
        }
        PendingPublish next = waiting.peek();
        return next != null && fits(next) ? next : null;
    }

    private long sequenceOfNext() {
        PendingPublish again = resend.peek();
        return again != null ? again.firstSequence : nextSequence;
    }

    private PendingPublish take() {
        if (!resend.isEmpty()) {
            return resend.remove();
        }
        PendingPublish next = waiting.remove();
        number(next);
        numbered.add(next);
        return next;
    }

    private boolean fits(PendingPublish next) {
        PendingPublish first = numbered.peek();
        return first == null || nextSequence + next.size() - first.firstSequence <= WINDOW;
    }

    private void number(PendingPublish publish) {
        publish.firstSequence = nextSequence;
        nextSequence += publish.size();
    }

    /** What is known to be taken, because something behind it was, keeps its number; the rest closes up. */
    private void numberAgain(PendingPublish publish) {
        if (publish.lastSequence() > takenThrough) {
            number(publish);
        }
    }

    private void rewind(long nowNanos, Duration delay) {
        long due = nowNanos + delay.toNanos();
        resumeAtNanos = rewinding ? Math.max(resumeAtNanos, due) : due;
        rewinding = true;
    }

    private void settle(Attempt attempt) {
        attempt.publishes.forEach(publish -> publish.settled = true);
        removeSettled();
    }

    private void removeSettled() {
        while (!numbered.isEmpty() && numbered.peek().settled) {
            numbered.remove();
        }
    }
}
