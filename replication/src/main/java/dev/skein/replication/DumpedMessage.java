package dev.skein.replication;

import com.google.protobuf.ByteString;

/**
 * One message as a replica holds it. A row with serial 0 opens each channel and tells its extent instead.
 *
 * @param channel full name
 * @param epoch of the channel
 * @param serial position in the channel, 0 in the opening row
 * @param shardSerial position in the shard
 * @param timeMillis log time
 * @param messageId may be empty
 * @param producer 16 bytes or empty
 * @param sequence 0 without a producer
 * @param payloadCrc CRC32C of the payload
 * @param firstSerial first retained serial of the channel
 * @param appliedIndex the replica's applied index
 */
public record DumpedMessage(
        String channel,
        long epoch,
        long serial,
        long shardSerial,
        long timeMillis,
        String messageId,
        ByteString producer,
        long sequence,
        int payloadCrc,
        long firstSerial,
        long appliedIndex) {}
