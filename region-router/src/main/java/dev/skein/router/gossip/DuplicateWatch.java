package dev.skein.router.gossip;

import java.time.Duration;
import java.util.Optional;

/**
 * Tells a second live process with this node's name from this node's own past. The past still circulates after a restart but
 * its heartbeat stands still; a live double's advances. Refusals by peers count only when they go on for longer than a peer
 * needs to see that this node's past is over.
 */
final class DuplicateWatch {

    private static final long PATIENCE_NANOS = Duration.ofSeconds(6).toNanos();

    private long incarnation;
    private long version;
    private long seenNanos;
    private boolean advanced;
    private boolean refused;
    private long refusedSinceNanos;
    private long refusedLastNanos;

    /** A record or digest with this node's name and another incarnation; returns whether it proves a live double. */
    boolean sighted(long otherIncarnation, long otherVersion, long nowNanos) {
        if (otherIncarnation == incarnation && otherVersion > version) {
            version = otherVersion;
            advanced = true;
            return true;
        }
        if (otherIncarnation > incarnation) {
            incarnation = otherIncarnation;
            version = otherVersion;
            seenNanos = nowNanos;
            advanced = false;
        }
        return false;
    }

    /** The incarnation to outbid: later than this node's own, yet proven to be just its past. */
    Optional<Long> pastToOutbid(long ownIncarnation, long nowNanos) {
        boolean still = !advanced && nowNanos - seenNanos >= PATIENCE_NANOS;
        return incarnation > ownIncarnation && still ? Optional.of(incarnation) : Optional.empty();
    }

    /** A peer refused this node as a double; returns whether that has gone on for so long that it must be true. */
    boolean refusedByPeer(long nowNanos) {
        if (!refused || nowNanos - refusedLastNanos > PATIENCE_NANOS) {
            refused = true;
            refusedSinceNanos = nowNanos;
        }
        refusedLastNanos = nowNanos;
        return nowNanos - refusedSinceNanos >= PATIENCE_NANOS;
    }
}
