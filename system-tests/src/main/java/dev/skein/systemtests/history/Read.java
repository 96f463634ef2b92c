package dev.skein.systemtests.history;

/**
 * A question for a channel's end that was answered.
 *
 * @param client who asked; see {@link History#client}
 * @param channel see {@link History#channelName}
 * @param invokedNanos when it was asked
 * @param returnedNanos when it was answered
 * @param lastSerial the answer
 */
public record Read(int client, int channel, long invokedNanos, long returnedNanos, long lastSerial) {}
