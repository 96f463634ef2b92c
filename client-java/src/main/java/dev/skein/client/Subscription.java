package dev.skein.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A running subscription. Thread-safe. */
public interface Subscription extends AutoCloseable {

    /** The channel's full name. */
    String channel();

    /**
     * Completes when the server has started the subscription for the first time, with the position after which everything is
     * delivered. Fails when it was refused.
     */
    CompletableFuture<Position> started();

    /**
     * Asks for more messages. Only for subscriptions with explicit demand; for the others it does nothing.
     *
     * @param messages at least 1; {@code Long.MAX_VALUE} means no limit
     */
    void request(long messages);

    /** The position up to which the listener has taken everything; empty before the subscription first started. */
    Optional<Position> position();

    /** A token to go on from {@link #position}, in this process or another; empty before the subscription first started. */
    Optional<ResumeToken> resumeToken();

    /** Ends it. {@link Closed} is the listener's last event; no message comes after this returned, except one being handed over now. */
    @Override
    void close();
}
