package dev.skein.client;

/**
 * The subscription has delivered everything that was there when it (re)started. Told once per subscription.
 *
 * @param channel full name
 * @param position everything up to here has been delivered
 */
public record CaughtUp(String channel, Position position) implements SubscriptionEvent {}
