package dev.skein.client;

import java.util.Optional;

/**
 * The subscription ended; nothing follows.
 *
 * @param channel full name
 * @param cause why, or empty when the application asked for it
 */
public record Closed(String channel, Optional<SkeinException> cause) implements SubscriptionEvent {}
