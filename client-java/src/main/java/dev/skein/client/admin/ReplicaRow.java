package dev.skein.client.admin;

import dev.skein.client.Payload;
import java.time.Instant;

/**
 * One message, or one fact, of a replica's own store.
 *
 * @param channel full name
 * @param epoch its epoch
 * @param serial its serial; 0 on the row that tells {@code firstSerial}
 * @param shardSerial its place in the shard
 * @param messageId empty: none
 * @param producer empty: none
 * @param sequence producer sequence
 * @param payloadCrc CRC32C of the payload
 * @param firstSerial first retained serial, on the channel's first row
 * @param time log time
 * @param appliedIndex the replica's applied Raft index
 */
public record ReplicaRow(
        String channel,
        long epoch,
        long serial,
        long shardSerial,
        String messageId,
        Payload producer,
        long sequence,
        int payloadCrc,
        long firstSerial,
        Instant time,
        long appliedIndex) {}
