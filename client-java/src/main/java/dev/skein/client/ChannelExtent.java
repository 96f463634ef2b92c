package dev.skein.client;

/**
 * What a channel holds.
 *
 * @param epoch identity of its history
 * @param firstSerial first retained serial; {@code lastSerial + 1} when nothing is retained
 * @param lastSerial last serial, 0 before the first message
 */
public record ChannelExtent(long epoch, long firstSerial, long lastSerial) {}
