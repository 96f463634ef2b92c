package dev.skein.client;

/**
 * Serials that will never be delivered to this subscription. Never comes in place of messages that still exist.
 *
 * @param channel full name
 * @param epoch the epoch from here on
 * @param firstSerial first missing serial
 * @param lastSerial last missing serial; {@code firstSerial - 1} when it isn't known that any is missing (a new epoch)
 * @param cause why
 */
public record Gap(String channel, long epoch, long firstSerial, long lastSerial, GapCause cause)
        implements SubscriptionEvent {}
