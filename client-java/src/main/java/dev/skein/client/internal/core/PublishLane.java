package dev.skein.client.internal.core;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One client's publishes to one shard, in order.
 *
 * <p>The server takes producer sequences strictly one after the other, so order is kept by numbering alone. A publish gets its number
 * when it is first sent, and at most {@link #WINDOW} numbers are unanswered at a time: the server remembers the serials of that many,
 * so each resend finds its original.
 *
 * <p>When an answer says "not now" or "not in this order", the lane <i>rewinds</i>: it sends nothing more until every attempt under way
 * has been answered, waits a little, and then sends all that is left, in order. While it rewinds it also closes numbering holes: a
 * publish that was refused without using up its sequence leaves one, and nothing behind a hole can have been taken, so those behind
 * it move up.
 */
final class PublishLane {

    /** Messages that are numbered and not answered; the server remembers this many sequences. */
    static final int WINDOW = 1_024;

    private final Supplier<ByteString> newProducer;
    private final Backoff backoff;
    private final Deque<PendingPublish> numbered = new ArrayDeque<>();
    private final Deque<PendingPublish> resend = new ArrayDeque<>();
    private final Deque<PendingPublish> waiting = new ArrayDeque<>();

    private ByteString producer;
    private long nextSequence = 1;

    /** The server has used up every sequence up to this one. */
    private long takenThrough;

    private int underWay;
    private boolean rewinding;
    private long resumeAtNanos;

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

    /** When the lane may send again, if it waits for nothing but time. */
    Optional<Long> resumeAtNanos() {
        return rewinding && underWay == 0 ? Optional.of(resumeAtNanos) : Optional.empty();
    }

    /** The publish to send now, numbered, or nothing. The caller must send it. */
    Optional<PendingPublish> next(long nowNanos) {
        if (rewinding && !finishRewind(nowNanos)) {
            return Optional.empty();
        }
        PendingPublish next = resend.poll();
        if (next == null) {
            next = takeWaiting();
        }
        if (next != null) {
            underWay++;
            next.attempts++;
        }
        return Optional.ofNullable(next);
    }

    /** The server has settled the publish and its sequences are used up. */
    void settleTaken(PendingPublish publish) {
        takenThrough = Math.max(takenThrough, publish.lastSequence());
        backoff.reset();
        settle(publish);
    }

    /** The server has settled the publish under a former producer. */
    void settleUnnumbered(PendingPublish publish) {
        settle(publish);
    }

    /** The server has refused the publish for good without using up its sequences. */
    void settleRefused(PendingPublish publish, long nowNanos) {
        settle(publish);
        rewind(nowNanos, Duration.ZERO);
    }

    /** The publish has to be sent again. */
    void retry(PendingPublish publish, long nowNanos, Duration atLeast) {
        attemptOver(publish);
        Duration delay = backoff.next();
        rewind(nowNanos, delay.compareTo(atLeast) > 0 ? delay : atLeast);
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
        uncertain.forEach(this::settle);
        producer = newProducer.get();
        takenThrough = 0;
        rewind(nowNanos, Duration.ZERO);
        return uncertain;
    }

    /** The session is gone: what was under way may have been taken; everything unanswered is sent again in the next one. */
    void sessionLost() {
        for (PendingPublish publish : numbered) {
            if (publish.requestId != 0) {
                publish.maybeTaken = true;
                publish.requestId = 0;
            }
        }
        underWay = 0;
        rewinding = true;
        resumeAtNanos = Long.MIN_VALUE;
        backoff.reset();
    }

    /** Removes publishes that were never sent and whose time is over. */
    List<PendingPublish> removeExpired(long nowNanos) {
        List<PendingPublish> expired = new ArrayList<>();
        waiting.removeIf(publish -> {
            boolean over = publish.deadlineNanos <= nowNanos;
            if (over) {
                expired.add(publish);
            }
            return over;
        });
        return expired;
    }

    /** Everything that has been numbered and not settled. */
    Iterable<PendingPublish> numbered() {
        return numbered;
    }

    /** Everything that has not been numbered. */
    Iterable<PendingPublish> waiting() {
        return waiting;
    }

    private boolean finishRewind(long nowNanos) {
        if (underWay > 0 || nowNanos < resumeAtNanos) {
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

    private PendingPublish takeWaiting() {
        PendingPublish next = waiting.peek();
        if (next == null || !fits(next)) {
            return null;
        }
        waiting.remove();
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

    private void settle(PendingPublish publish) {
        attemptOver(publish);
        publish.settled = true;
        while (!numbered.isEmpty() && numbered.peek().settled) {
            numbered.remove();
        }
    }

    private void attemptOver(PendingPublish publish) {
        if (publish.requestId != 0) {
            publish.requestId = 0;
            underWay--;
        }
    }
}
