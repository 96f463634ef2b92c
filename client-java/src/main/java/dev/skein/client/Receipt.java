package dev.skein.client;

import java.time.Instant;

/**
 * The cluster's word that a message took effect.
 *
 * @param epoch epoch of the channel
 * @param serial the message's serial (of the original when it is a duplicate); for an ephemeral message the serial it came after
 * @param shardSerial the message's place in its shard; 0 for an ephemeral message
 * @param time log time of the message
 * @param duplicate whether this publish had taken effect before (an earlier attempt, or the same message id)
 */
public record Receipt(long epoch, long serial, long shardSerial, Instant time, boolean duplicate) {

    /** The message's position. */
    public Position position() {
        return new Position(epoch, serial);
    }
}
