package dev.skein.client;

import dev.skein.client.admin.Admin;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * A client of one Skein cluster. Make one per application and share it; it is thread-safe and owns one session, which it re-opens
 * elsewhere when it breaks. Nothing blocks except {@link #close}.
 *
 * <p>Channels are written {@code namespace:name}; a name without a colon belongs to the namespace {@code default}.
 *
 * <p>Bad arguments throw {@link IllegalArgumentException} at once, with the text {@code name: value (expected: ...)}. Everything else
 * fails the returned future with a {@link SkeinException}.
 */
public interface SkeinClient extends AutoCloseable {

    /** Starts the description of a client. */
    static SkeinClientBuilder builder() {
        return new SkeinClientBuilder();
    }

    /** Publishes one message. Messages of one client to one channel take effect in the order of the calls. */
    default CompletableFuture<Receipt> publish(String channel, OutgoingMessage message) {
        return publish(channel, message, PublishOptions.defaults());
    }

    /** Publishes one message. */
    default CompletableFuture<Receipt> publish(String channel, OutgoingMessage message, PublishOptions options) {
        return publish(channel, List.of(message), options).thenApply(receipts -> receipts.get(0));
    }

    /**
     * Publishes messages to one channel, in this order.
     *
     * @return one receipt per message, once a quorum that meets the namespace's survival goal has them. Fails with {@link
     *     SkeinException}; when that says {@link SkeinException#outcomeUnknown}, the messages may still appear
     */
    CompletableFuture<List<Receipt>> publish(String channel, List<OutgoingMessage> messages, PublishOptions options);

    /**
     * Follows a channel. The subscription outlives lost connections; it ends only when it is closed or the server refuses it for a
     * reason that a retry can't mend.
     *
     * @param listener called on the callback executor, one event at a time, in order
     */
    Subscription subscribe(String channel, SubscribeOptions options, SubscriptionListener listener);

    /**
     * Follows a channel as a {@code Flow.Publisher}. Each subscriber gets its own subscription, started with the same options and
     * driven by the subscriber's own demand. A refused subscription arrives as {@code onError}.
     */
    Flow.Publisher<SubscriptionEvent> publisher(String channel, SubscribeOptions options);

    /** Reads a page of a channel's history. */
    CompletableFuture<HistoryPage> history(HistoryQuery query);

    /** A channel's present extent. */
    CompletableFuture<ChannelExtent> describeChannel(String channel);

    /** Who is in a channel: this client, and others. */
    ChannelPresence presence(String channel);

    /** The same operations, waiting for their results. */
    BlockingClient blocking();

    /** Operating the cluster, through the node this client is attached to or any other that answers. */
    Admin admin();

    /**
     * Operating the cluster through one particular node.
     *
     * @param endpoint {@code host:port} of the node's client address
     */
    Admin adminAt(String endpoint);

    /** Where this client would be sent now, best first. */
    CompletableFuture<Routes> routes();

    /**
     * Reports attaching and detaching from now on; when the client is attached already, the listener is told so first.
     *
     * @return closes to stop the reports
     */
    AutoCloseable onConnection(ConnectionListener listener);

    /** Drops the present session and attaches again at once, to another node where there is one. Publishes and subscriptions go on. */
    void reattach();

    /** Counters and the present state. */
    ClientStats stats();

    /**
     * Ends everything: subscriptions end with {@link Closed}, unanswered publishes fail with an unknown outcome. Waits a short time for
     * its threads.
     */
    @Override
    void close();
}
