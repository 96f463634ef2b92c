package dev.skein.systemtests.history;

/**
 * A subscription that went on with a token.
 *
 * @param source the visit that began with it
 * @param channel see {@link History#channelName}
 * @param token the serial of the token's position
 * @param delivered the last serial that was delivered before
 */
public record Resumption(int source, int channel, long token, long delivered) {}
