package dev.skein.client.internal.core;

import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.Demand;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.SubscriptionClosed;
import dev.skein.proto.client.v1.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All subscriptions of a client and their ids in the present session. An id is used once: each (re)start takes a new one, so frames
 * of an earlier start can't be mistaken for those of a later one.
 */
final class SubscriptionTable {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionTable.class);

    private final Timers timers;
    private final RandomGenerator random;
    private final Counters counters;
    private final Map<SubscriptionState, Entry> entries = new LinkedHashMap<>();
    private final Map<Integer, Entry> byId = new HashMap<>();

    private @Nullable Consumer<ClientFrame> session;
    private int lastId;

    SubscriptionTable(Timers timers, RandomGenerator random, Counters counters) {
        this.timers = timers;
        this.random = random;
        this.counters = counters;
    }

    void add(SubscriptionState state) {
        Entry entry = new Entry(state, new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), random));
        entries.put(state, entry);
        counters.subscriptions.incrementAndGet();
        start(entry);
    }

    /** The application is done with it. */
    void remove(SubscriptionState state) {
        Entry entry = entries.get(state);
        if (entry != null) {
            stop(entry);
            forget(entry);
            state.end(Optional.empty());
        }
    }

    void request(SubscriptionState state, long messages) {
        demand(state, state.request(messages));
    }

    void taken(SubscriptionState state, long messages) {
        demand(state, state.taken(messages));
    }

    void attached(Consumer<ClientFrame> session) {
        this.session = session;
        entries.values().forEach(this::start);
    }

    void detached() {
        session = null;
        byId.clear();
        entries.values().forEach(entry -> entry.id = 0);
    }

    void close(SkeinException cause) {
        detached();
        List<SubscriptionState> all = new ArrayList<>(entries.keySet());
        entries.clear();
        counters.subscriptions.set(0);
        all.forEach(state -> state.end(Optional.of(cause)));
    }

    void onFrame(ServerFrame frame) {
        switch (frame.getFrameCase()) {
            case SUBSCRIBED ->
                on(frame.getSubscribed().getSubscriptionId(), state -> state.subscribed(frame.getSubscribed()));
            case MESSAGES -> on(frame.getMessages().getSubscriptionId(), state -> state.messages(frame.getMessages()));
            case GAP -> on(frame.getGap().getSubscriptionId(), state -> state.gap(frame.getGap()));
            case CAUGHT_UP ->
                on(frame.getCaughtUp().getSubscriptionId(), state -> {
                    state.caughtUp();
                    return SubscriptionState.Next.GO_ON;
                });
            default -> closed(frame.getSubscriptionClosed());
        }
    }

    private void on(int id, java.util.function.Function<SubscriptionState, SubscriptionState.Next> step) {
        Entry entry = byId.get(id);
        if (entry == null) {
            return;
        }
        Optional<dev.skein.client.Position> before = entry.state.position();
        SubscriptionState.Next next = step.apply(entry.state);
        if (!before.equals(entry.state.position())) {
            entry.backoff.reset();
        }
        if (next == SubscriptionState.Next.RESTART) {
            LOG.warn(
                    "subscription restarted: the server left its order (channel {}, position {}, session id {})",
                    entry.state.channelName(),
                    entry.state.position(),
                    id);
            stop(entry);
        }
        follow(entry, next);
    }

    private void closed(SubscriptionClosed frame) {
        Entry entry = byId.remove(frame.getSubscriptionId());
        if (entry != null) {
            entry.id = 0;
            follow(entry, entry.state.refused(frame.hasError() ? frame.getError() : null));
        }
    }

    private void follow(Entry entry, SubscriptionState.Next next) {
        switch (next) {
            case GO_ON -> {}
            case END -> {
                stop(entry);
                forget(entry);
            }
            // A server that keeps leaving the order must not be asked in a tight loop, so both restarts wait a little.
            case RESTART, RESTART_LATER -> timers.in(entry.backoff.next(), () -> startAgain(entry));
        }
    }

    private void startAgain(Entry entry) {
        if (entries.containsKey(entry.state)) {
            start(entry);
        }
    }

    private void start(Entry entry) {
        if (session != null && entry.id == 0) {
            entry.id = ++lastId;
            byId.put(entry.id, entry);
            session.accept(ClientFrame.newBuilder()
                    .setSubscribe(entry.state.subscribe(entry.id))
                    .build());
        }
    }

    private void stop(Entry entry) {
        if (entry.id != 0) {
            byId.remove(entry.id);
            if (session != null) {
                session.accept(ClientFrame.newBuilder()
                        .setUnsubscribe(Unsubscribe.newBuilder().setSubscriptionId(entry.id))
                        .build());
            }
            entry.id = 0;
        }
    }

    private void forget(Entry entry) {
        if (entries.remove(entry.state) != null) {
            counters.subscriptions.decrementAndGet();
        }
    }

    private void demand(SubscriptionState state, OptionalLong more) {
        Entry entry = entries.get(state);
        if (entry != null && entry.id != 0 && session != null && more.isPresent()) {
            session.accept(ClientFrame.newBuilder()
                    .setDemand(Demand.newBuilder().setSubscriptionId(entry.id).setMessages(more.getAsLong()))
                    .build());
        }
    }

    private static final class Entry {

        private final SubscriptionState state;
        private final Backoff backoff;

        /** In the present session; 0: not started in it. */
        private int id;

        Entry(SubscriptionState state, Backoff backoff) {
            this.state = state;
            this.backoff = backoff;
        }
    }
}
