package dev.skein.systemtests.history;

/**
 * A message at a place in the order, as one source showed it.
 *
 * @param source who showed it
 * @param channel see {@link History#channelName}
 * @param epoch of the channel
 * @param serial its place
 * @param id the message's number as its payload says; -1 where payloads aren't shown
 * @param crc CRC32C of the payload
 * @param identity a digest of shard, producer and producer sequence; 0 without a producer
 * @param timeMillis log time
 * @param nanos when it was shown
 */
public record Sighting(
        int source,
        int channel,
        long epoch,
        long serial,
        long id,
        int crc,
        long identity,
        long timeMillis,
        long nanos) {}
