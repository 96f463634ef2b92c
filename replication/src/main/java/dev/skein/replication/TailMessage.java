package dev.skein.replication;

import com.google.protobuf.ByteString;

/**
 * A committed message, ready to send.
 *
 * @param serial position in the channel; for an ephemeral message the serial it came after
 * @param timeMillis log time
 * @param ephemeral delivered in place, not stored
 * @param encoded serialised {@code skein.client.v1.StoredMessage}: the same bytes for every subscriber
 * @param expiresMillis from this time on it may not be read; {@link Long#MAX_VALUE} when it doesn't expire
 */
public record TailMessage(long serial, long timeMillis, boolean ephemeral, ByteString encoded, long expiresMillis) {

    /** A message that doesn't expire. */
    public TailMessage(long serial, long timeMillis, boolean ephemeral, ByteString encoded) {
        this(serial, timeMillis, ephemeral, encoded, Long.MAX_VALUE);
    }

    /** When a message of this log time expires; {@code ttlMillis} 0 or less: never. */
    public static long expiry(long timeMillis, long ttlMillis) {
        long sum = timeMillis + ttlMillis;
        return ttlMillis <= 0 || sum < timeMillis ? Long.MAX_VALUE : sum;
    }
}
