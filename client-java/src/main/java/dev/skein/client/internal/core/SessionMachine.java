package dev.skein.client.internal.core;

import dev.skein.client.SkeinException;
import dev.skein.proto.client.v1.ClientFrame;
import dev.skein.proto.client.v1.ServerFrame;
import dev.skein.proto.client.v1.Welcome;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The client's session: everything that must outlive a stream. While a stream is attached, frames go through here; when it is lost, the state
 * stays, and the next stream is brought up to date: subscriptions from their positions, publishes from the first unanswered.
 */
public final class SessionMachine {

    private static final Duration HEARTBEAT_DEFAULT = Duration.ofMillis(500);
    private static final int HEARTBEAT_MS_MIN = 10;

    private final Timers timers;
    private final PublishDesk publishes;
    private final SubscriptionTable subscriptions;
    private @Nullable SessionLink link;
    private @Nullable Heartbeat heartbeat;

    /**
     * A session without a stream yet.
     *
     * @param callbacks completes futures
     * @param describeNamespace asks for a namespace's shard count; answered through {@link #namespaceDescribed}
     */
    public SessionMachine(
            Timers timers,
            RandomGenerator random,
            Executor callbacks,
            Counters counters,
            Consumer<String> describeNamespace) {
        this.timers = timers;
        this.publishes = new PublishDesk(timers, random, callbacks, counters, describeNamespace);
        this.subscriptions = new SubscriptionTable(timers, random, counters);
    }

    /**
     * Goes on over this stream, which has been welcomed.
     *
     * @param silent called when nothing was heard for too long
     */
    public void attached(SessionLink link, Welcome welcome, Runnable silent) {
        if (this.link != null) {
            detached();
        }
        this.link = link;
        this.heartbeat = new Heartbeat(timers, link, interval(welcome), silent);
        subscriptions.attached(this::send);
        publishes.attached(this::sendSection, welcome.getLimits());
    }

    /** The stream is gone. */
    public void detached() {
        if (heartbeat != null) {
            heartbeat.stop();
        }
        heartbeat = null;
        link = null;
        subscriptions.detached();
        publishes.detached();
    }

    /** A frame of the attached stream. */
    public void onFrame(ServerFrame frame) {
        if (heartbeat == null) {
            return;
        }
        heartbeat.heard();
        switch (frame.getFrameCase()) {
            case RECEIPTS -> publishes.answered(frame.getReceipts());
            case SUBSCRIBED, MESSAGES, CAUGHT_UP, GAP, SUBSCRIPTION_CLOSED -> subscriptions.onFrame(frame);
            default -> {
                // Pong says no more than that something was heard; Welcome and GoAway belong to attaching.
            }
        }
    }

    public void publish(PendingPublish publish) {
        publishes.publish(publish);
    }

    public void namespaceDescribed(String namespace, int shards) {
        publishes.namespaceDescribed(namespace, shards);
    }

    public void namespaceRefused(String namespace, SkeinException cause) {
        publishes.namespaceRefused(namespace, cause);
    }

    public boolean awaitsNamespace(String namespace) {
        return publishes.awaits(namespace);
    }

    public void subscribe(SubscriptionState state) {
        subscriptions.add(state);
    }

    public void unsubscribe(SubscriptionState state) {
        subscriptions.remove(state);
    }

    public void request(SubscriptionState state, long messages) {
        subscriptions.request(state, messages);
    }

    /** The listener has taken this many messages. */
    public void taken(SubscriptionState state, long messages) {
        subscriptions.taken(state, messages);
    }

    /** Ends everything. */
    public void close(SkeinException cause) {
        detached();
        publishes.close(cause);
        subscriptions.close(cause);
    }

    private void send(ClientFrame frame) {
        if (link != null && heartbeat != null) {
            heartbeat.sent();
            link.send(frame);
        }
    }

    private void sendSection(SectionFrame frame) {
        if (link != null && heartbeat != null) {
            heartbeat.sent();
            link.send(frame);
        }
    }

    private static Duration interval(Welcome welcome) {
        return welcome.getHeartbeatMs() == 0
                ? HEARTBEAT_DEFAULT
                : Duration.ofMillis(Math.max(HEARTBEAT_MS_MIN, welcome.getHeartbeatMs()));
    }
}
