package dev.skein.client.internal;

import dev.skein.client.Closed;
import dev.skein.client.Message;
import dev.skein.client.SkeinClient;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.Subscription;
import dev.skein.client.SubscriptionEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A channel as a {@code Flow.Publisher}; each subscriber gets a subscription of its own. */
record SubscriptionPublisher(SkeinClient client, Executor callbacks, String channel, SubscribeOptions options)
        implements Flow.Publisher<SubscriptionEvent> {

    @Override
    public void subscribe(Flow.Subscriber<? super SubscriptionEvent> subscriber) {
        new Relay(Objects.requireNonNull(subscriber, "subscriber"), callbacks).start(this);
    }

    /**
     * Between one subscription and one subscriber. Each event handed on uses one of the demand, gaps and CaughtUp included; as the subscription
     * counts messages only, what those used up is taken off the next request. Signals are given one at a time, on the callback executor.
     */
    private static final class Relay implements Flow.Subscription {

        private final Flow.Subscriber<? super SubscriptionEvent> subscriber;
        private final Executor callbacks;
        private final Deque<SubscriptionEvent> waiting = new ArrayDeque<>();
        private @Nullable Subscription source;
        private @Nullable Throwable broken;
        private long demand;
        private long owed;
        private boolean busy;
        private boolean over;

        Relay(Flow.Subscriber<? super SubscriptionEvent> subscriber, Executor callbacks) {
            this.subscriber = subscriber;
            this.callbacks = callbacks;
        }

        void start(SubscriptionPublisher publisher) {
            synchronized (this) {
                // Holds all signals back until onSubscribe has returned.
                busy = true;
                source = publisher.client.subscribe(
                        publisher.channel, publisher.options.withExplicitDemand(), this::put);
            }
            try {
                subscriber.onSubscribe(this);
            } finally {
                synchronized (this) {
                    busy = false;
                }
                schedule();
            }
        }

        @Override
        public void request(long messages) {
            Subscription from;
            long ask;
            synchronized (this) {
                if (messages < 1) {
                    broken = new IllegalArgumentException("request: " + messages + " (expected: at least 1)");
                } else {
                    demand = demand + messages < 0 ? Long.MAX_VALUE : demand + messages;
                }
                long paid = Math.min(owed, Math.max(0, messages));
                owed -= paid;
                ask = messages == Long.MAX_VALUE ? messages : messages - paid;
                from = source;
            }
            if (from != null && ask > 0) {
                from.request(ask);
            }
            schedule();
        }

        @Override
        public void cancel() {
            Subscription from;
            synchronized (this) {
                over = true;
                waiting.clear();
                from = source;
            }
            if (from != null) {
                from.close();
            }
        }

        private void put(SubscriptionEvent event) {
            synchronized (this) {
                if (!over) {
                    waiting.add(event);
                }
            }
            schedule();
        }

        private void schedule() {
            synchronized (this) {
                if (busy || over || !hasSignal()) {
                    return;
                }
                busy = true;
            }
            callbacks.execute(this::signalAll);
        }

        /** Only the thread that set {@code busy} is here. */
        private void signalAll() {
            while (true) {
                Runnable signal;
                synchronized (this) {
                    if (over || !hasSignal()) {
                        busy = false;
                        return;
                    }
                    signal = nextSignal();
                }
                try {
                    signal.run();
                } catch (RuntimeException defect) {
                    // The subscriber broke its contract; it gets nothing more.
                    cancel();
                }
            }
        }

        private boolean hasSignal() {
            return broken != null || (!waiting.isEmpty() && (demand > 0 || waiting.peek() instanceof Closed));
        }

        private Runnable nextSignal() {
            if (broken != null) {
                Throwable cause = broken;
                Subscription from = source;
                over = true;
                return () -> {
                    if (from != null) {
                        from.close();
                    }
                    subscriber.onError(cause);
                };
            }
            SubscriptionEvent event = waiting.remove();
            if (event instanceof Closed closed) {
                over = true;
                return () -> closed.cause().ifPresentOrElse(subscriber::onError, subscriber::onComplete);
            }
            if (demand != Long.MAX_VALUE) {
                demand--;
                owed += event instanceof Message ? 0 : 1;
            }
            return () -> subscriber.onNext(event);
        }
    }
}
