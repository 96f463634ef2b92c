package dev.skein.systemtests.history;

/**
 * One message given to a client.
 *
 * @param id the message's own number; it stands in the payload
 * @param client who published; see {@link History#client}
 * @param channel see {@link History#channelName}
 * @param crc CRC32C of the payload
 * @param invokedNanos when it was given to the client
 * @param outcome how it ended
 * @param returnedNanos when it ended
 * @param epoch from the receipt
 * @param serial from the receipt; 0 without one
 * @param duplicate from the receipt
 */
public record Publish(
        int id,
        int client,
        int channel,
        int crc,
        long invokedNanos,
        Outcome outcome,
        long returnedNanos,
        long epoch,
        long serial,
        boolean duplicate) {

    public boolean isAcknowledged() {
        return outcome == Outcome.ACKNOWLEDGED;
    }
}
