package dev.skein.client;

import java.time.Instant;
import java.util.Optional;

/** The client attached to a node, or lost it. */
public sealed interface ConnectionEvent {

    /** When it happened, by this machine's clock. */
    Instant time();

    /** The same by {@link System#nanoTime}, for measuring. */
    long nanoTime();

    /**
     * A session is open: subscriptions and publishes have been sent to this node.
     *
     * @param node the node
     * @param region its region
     * @param endpoint its address
     * @param time when
     * @param nanoTime when
     */
    record Connected(String node, String region, String endpoint, Instant time, long nanoTime)
            implements ConnectionEvent {}

    /**
     * The session ended, or an attempt to open one failed.
     *
     * @param node the node that was attached; empty when the attempt failed
     * @param endpoint its address
     * @param cause why
     * @param time when
     * @param nanoTime when
     */
    record Disconnected(Optional<String> node, String endpoint, SkeinException cause, Instant time, long nanoTime)
            implements ConnectionEvent {}
}
