package dev.skein.client.internal;

import com.google.protobuf.ByteString;
import dev.skein.client.Closed;
import dev.skein.client.Gap;
import dev.skein.client.Message;
import dev.skein.client.Position;
import dev.skein.client.Reason;
import dev.skein.client.ResumeToken;
import dev.skein.client.RetryAdvice;
import dev.skein.client.SkeinException;
import dev.skein.client.Subscription;
import dev.skein.client.SubscriptionEvent;
import dev.skein.client.SubscriptionListener;
import dev.skein.client.internal.core.Counters;
import dev.skein.wire.ResumeTokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands one subscription's events to its listener, in order and one at a time, on the callback executor. The loop puts events in; their
 * number is bounded by the demand given to the server, which grows only as messages are taken here.
 */
final class RunningSubscription implements Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(RunningSubscription.class);

    /** After so many another subscription has its turn; a batch is not divided. */
    private static final int EVENTS_PER_TURN = 256;

    private final String channel;
    private final SubscriptionListener listener;
    private final Executor callbacks;
    private final Counters counters;
    private final Supplier<String> clusterId;

    private final CompletableFuture<Position> started = new CompletableFuture<>();
    private final Queue<List<SubscriptionEvent>> batches = new ConcurrentLinkedQueue<>();

    /** Batches put in and not yet taken; the thread that raises it from zero schedules the turn. */
    private final AtomicInteger backlog = new AtomicInteger();

    private Hooks hooks = new Hooks(messages -> {}, messages -> {}, () -> {});
    private volatile @Nullable Position position;
    private volatile boolean silenced;
    private boolean over;

    /** What a subscription asks of the loop. */
    record Hooks(LongConsumer request, LongConsumer taken, Runnable close) {}

    RunningSubscription(
            String channel,
            SubscriptionListener listener,
            Executor callbacks,
            Counters counters,
            Supplier<String> clusterId) {
        this.channel = channel;
        this.listener = listener;
        this.callbacks = callbacks;
        this.counters = counters;
        this.clusterId = clusterId;
    }

    /** Called once, before the subscription is given to the loop or to the application. */
    void bind(Hooks hooks) {
        this.hooks = hooks;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public CompletableFuture<Position> started() {
        return started.copy();
    }

    @Override
    public void request(long messages) {
        if (messages < 1) {
            throw new IllegalArgumentException("messages: " + messages + " (expected: at least 1)");
        }
        hooks.request.accept(messages);
    }

    @Override
    public Optional<Position> position() {
        return Optional.ofNullable(position);
    }

    @Override
    public Optional<ResumeToken> resumeToken() {
        return position().map(at -> {
            ByteString token = ResumeTokens.encode(clusterId.get(), channel, at.epoch(), at.serial());
            return ResumeToken.of(token.toByteArray());
        });
    }

    @Override
    public void close() {
        silenced = true;
        hooks.close.run();
    }

    /** Called on the loop, before the first event. */
    void start(Position at) {
        position = at;
        callbacks.execute(() -> started.complete(at));
    }

    /** Called on the loop with events that came together. */
    void put(List<SubscriptionEvent> batch) {
        batches.add(batch);
        if (backlog.getAndIncrement() == 0) {
            callbacks.execute(this::turn);
        }
    }

    private void turn() {
        int handled = 0;
        int events = 0;
        int messages = 0;
        List<SubscriptionEvent> batch;
        while (events < EVENTS_PER_TURN && (batch = batches.poll()) != null) {
            handled++;
            events += batch.size();
            messages += handAll(batch);
        }
        if (messages > 0) {
            hooks.taken.accept(messages);
        }
        if (backlog.addAndGet(-handled) > 0) {
            callbacks.execute(this::turn);
        }
    }

    /** How many messages there were, handed on or not. */
    private int handAll(List<SubscriptionEvent> batch) {
        int messages = 0;
        for (SubscriptionEvent event : batch) {
            messages += event instanceof Message ? 1 : 0;
            hand(event);
        }
        return messages;
    }

    private void hand(SubscriptionEvent event) {
        boolean last = event instanceof Closed;
        if (over || (silenced && !last)) {
            return;
        }
        over = last;
        if (event instanceof Closed closed) {
            failStart(closed);
        }
        try {
            listener.onEvent(event);
            moveOn(event);
        } catch (Throwable defect) {
            // Also an Error, and a checked exception of a language that doesn't check: else the subscription would just
            // stop.
            if (!last) {
                endAfter(defect);
            }
        }
    }

    private void moveOn(SubscriptionEvent event) {
        if (event instanceof Message message) {
            counters.messagesDelivered.increment();
            position = message.position();
        } else if (event instanceof Gap gap && gap.lastSerial() >= gap.firstSerial()) {
            position = new Position(gap.epoch(), gap.lastSerial());
        }
    }

    private void endAfter(Throwable defect) {
        LOG.warn("subscription to {} ended: its listener threw", channel, defect);
        silenced = true;
        hooks.close.run();
        hand(new Closed(
                channel,
                Optional.of(new SkeinException(
                        Reason.LISTENER_FAILED, String.valueOf(defect), RetryAdvice.NEVER, Map.of()))));
    }

    private void failStart(Closed closed) {
        SkeinException cause = closed.cause()
                .orElseGet(() -> new SkeinException(
                        Reason.CLIENT_CLOSED, "the subscription was closed", RetryAdvice.NEVER, Map.of()));
        started.completeExceptionally(cause);
    }
}
