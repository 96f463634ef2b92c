package dev.skein.client.simulation;

import dev.skein.client.OutgoingMessage;
import dev.skein.client.PublishOptions;
import dev.skein.client.SkeinException;
import dev.skein.client.SubscribeOptions;
import dev.skein.client.internal.core.AttachMachine;
import dev.skein.client.internal.core.Channel;
import dev.skein.client.internal.core.Counters;
import dev.skein.client.internal.core.EncodedMessages;
import dev.skein.client.internal.core.PendingPublish;
import dev.skein.client.internal.core.PublishResult;
import dev.skein.client.internal.core.RouteBook;
import dev.skein.client.internal.core.SessionLink;
import dev.skein.client.internal.core.SessionMachine;
import dev.skein.client.internal.core.SubscriptionState;
import dev.skein.client.internal.core.Timers;
import dev.skein.proto.client.v1.RouteTable;
import dev.skein.proto.client.v1.Welcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;

/** The client's own core, joined as {@code RunningClient} joins it, and an application on top that listens fast or slowly. */
final class SimulatedClient implements AttachMachine.Observer {

    private static final String NAMESPACE = "default";

    private final SimulatedWorld world;
    private final Random random;
    private final Timers timers;
    private final Counters counters = new Counters();
    private final SessionMachine session;
    private final RouteBook book;
    private final AttachMachine attach;
    private final List<Listener> listeners = new ArrayList<>();
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();

    private boolean paused;
    private boolean inTurn;
    private long wakeNanos = Long.MAX_VALUE;
    private int numbers;
    private int unanswered;

    SimulatedClient(SimulatedWorld world, List<String> endpoints) {
        this.world = world;
        this.random = world.random();
        timers = new Timers(world.time()::nanoTime);
        session = new SessionMachine(timers, random, callbacks::add, counters, this::describe);
        book = new RouteBook(timers, endpoints);
        attach = new AttachMachine(timers, random, book, world::dial, session, this);
    }

    void start() {
        turn(attach::start);
        for (int i = 0; i < SimulatedWorld.CHANNELS.size(); i++) {
            Listener listener = new Listener(SimulatedWorld.CHANNELS.get(i));
            listeners.add(listener);
            turn(() -> session.subscribe(listener.state));
        }
    }

    /** A turn of the client's loop: the task, then the timers that are due, then the application's callbacks. */
    void turn(Runnable task) {
        if (paused || inTurn) {
            held.add(task);
            return;
        }
        inTurn = true;
        task.run();
        timers.runDue();
        inTurn = false;
        while (!callbacks.isEmpty()) {
            callbacks.remove().run();
        }
        wakeLater();
        if (!held.isEmpty() && !paused) {
            turn(held.remove());
        }
    }

    private void wakeLater() {
        long next = timers.nextNanos().orElse(Long.MAX_VALUE);
        if (next < wakeNanos || wakeNanos <= world.time().nanoTime()) {
            wakeNanos = next;
            if (next != Long.MAX_VALUE) {
                world.time().after(Math.max(0, next - world.time().nanoTime()), () -> turn(() -> {}));
            }
        }
    }

    void pause(boolean on) {
        paused = on;
        if (!on) {
            turn(() -> {});
        }
    }

    void reattach() {
        turn(attach::reattach);
    }

    void routes(RouteTable table) {
        turn(() -> {
            book.update(table);
            attach.routesChanged(Duration.ofMillis(table.getSlotMs()));
        });
    }

    // ---- publishing

    void publish() {
        String channel = SimulatedWorld.CHANNELS.get(random.nextInt(SimulatedWorld.CHANNELS.size()));
        boolean conditional = random.nextInt(6) == 0;
        int count = conditional ? 1 : 1 + random.nextInt(3);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(Integer.toString(++numbers));
        }
        PublishOptions options = conditional
                ? PublishOptions.ifLastSerialIs(
                        world.shardOf(channel).channel(channel).size())
                : PublishOptions.defaults();
        PublishResult.Several result = new PublishResult.Several(count);
        EncodedMessages messages =
                EncodedMessages.of(texts.stream().map(OutgoingMessage::of).toList());
        long timeoutMillis = random.nextInt(4) == 0 ? 100 + random.nextInt(1_500) : 30_000;
        long deadline = world.time().nanoTime() + timeoutMillis * 1_000_000;
        counters.messagesUnanswered.addAndGet(messages.count());
        counters.bytesUnanswered.addAndGet(messages.size());
        unanswered++;
        result.whenComplete((receipts, failure) -> {
            unanswered--;
            if (failure == null) {
                for (int i = 0; i < texts.size(); i++) {
                    world.history().acked(texts.get(i), channel, receipts.get(i).serial());
                }
            } else if (!cause(failure).outcomeUnknown()) {
                texts.forEach(world.history()::failed);
            }
        });
        turn(() -> session.publish(new PendingPublish(Channel.parse(channel), messages, options, deadline, result)));
    }

    private static SkeinException cause(Throwable failure) {
        Throwable inner = failure instanceof CompletionException ? failure.getCause() : failure;
        return (SkeinException) inner;
    }

    private void describe(String namespace) {
        world.time()
                .afterMillis(
                        random.nextInt(150),
                        () -> turn(() -> {
                            if (world.happens(30)) {
                                timers.in(Duration.ofMillis(200), () -> describe(namespace));
                            } else {
                                session.namespaceDescribed(NAMESPACE, SimulatedWorld.SHARDS);
                            }
                        }));
    }

    // ---- the end

    boolean isSettled() {
        return unanswered == 0
                && counters.messagesUnanswered.get() == 0
                && attach.link().isPresent()
                && listeners.stream().allMatch(Listener::isAtTheEnd);
    }

    void checkEnd() {
        History.check(counters.bytesUnanswered.get() == 0, () -> "bytes unanswered: " + counters.bytesUnanswered);
        listeners.forEach(Listener::checkEnd);
    }

    @Override
    public String toString() {
        return unanswered + " publishes and " + counters.messagesUnanswered + " messages unanswered, "
                + (attach.link().isPresent() ? "attached, " : "not attached, ") + listeners;
    }

    @Override
    public void attached(SessionLink link, Welcome welcome) {}

    @Override
    public void detached(SessionLink link, Welcome welcome, SkeinException cause) {}

    @Override
    public void failed(String endpoint, SkeinException cause) {}

    @Override
    public void nothingReachable() {}

    /** An application's listener: what it hears are the channel's messages from the first on, each once. */
    private final class Listener {

        private final String channel;
        private final SubscriptionState state;
        private final List<String> texts = new ArrayList<>();
        private final boolean slow = random.nextInt(3) == 0;

        Listener(String channel) {
            this.channel = channel;
            int buffer = 1 + random.nextInt(6);
            state = new SubscriptionState(
                    Channel.parse(channel),
                    SubscribeOptions.fromSerial(1).withBufferedMessages(buffer),
                    counters,
                    started -> {},
                    this::heard);
        }

        private void heard(List<? extends dev.skein.client.SubscriptionEvent> events) {
            int messages = 0;
            for (var event : events) {
                if (event instanceof dev.skein.client.Message message) {
                    History.check(
                            message.serial() == texts.size() + 1,
                            () -> channel + ": " + message.serial() + " after " + texts.size());
                    texts.add(message.text());
                    messages++;
                } else {
                    boolean caughtUp = event instanceof dev.skein.client.CaughtUp;
                    History.check(caughtUp, () -> channel + ": " + event);
                }
            }
            if (messages > 0) {
                int taken = messages;
                world.time().afterMillis(slow ? random.nextInt(300) : 0, () -> turn(() -> session.taken(state, taken)));
            }
        }

        boolean isAtTheEnd() {
            return texts.size() == world.shardOf(channel).channel(channel).size();
        }

        void checkEnd() {
            History.check(texts.equals(world.texts(channel)), () -> channel + ": heard " + texts);
        }

        @Override
        public String toString() {
            return channel + " heard " + texts.size() + " of "
                    + world.shardOf(channel).channel(channel).size();
        }
    }
}
