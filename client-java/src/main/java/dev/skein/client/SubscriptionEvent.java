package dev.skein.client;

/**
 * What a subscription hands out. Between two {@link Message}s of one epoch no serial is missing unless a {@link Gap} stands
 * between them; {@link Closed} is the last event.
 */
public sealed interface SubscriptionEvent permits Message, CaughtUp, Gap, Closed {

    /** The channel's full name, {@code namespace:name}. */
    String channel();
}
