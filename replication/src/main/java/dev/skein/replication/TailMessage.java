package dev.skein.replication;

import com.google.protobuf.ByteString;

/**
 * A committed message, ready to send.
 *
 * @param serial position in the channel; for an ephemeral message the serial it came after
 * @param timeMillis log time
 * @param ephemeral delivered in place, not stored
 * @param encoded serialised {@code skein.client.v1.StoredMessage}: the same bytes for every subscriber
 */
public record TailMessage(long serial, long timeMillis, boolean ephemeral, ByteString encoded) {}
