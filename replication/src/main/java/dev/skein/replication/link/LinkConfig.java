package dev.skein.replication.link;

import dev.skein.core.Checks;
import dev.skein.core.NodeId;
import java.time.Duration;

/**
 * Who this end of the links is, and their timing.
 *
 * @param clusterId must be equal at both ends of a link
 * @param storageIncarnation identity of this node's storage, part of its Raft identity; at least 1
 * @param heartbeatHold how long a heartbeat waits for others to share a message; higher saves CPU when idle, but delays the
 *     detection of commits and reads by it
 * @param connectTimeout from starting to connect to the peer's hello; must exceed about four round trips
 * @param pingInterval silence after which the peer is asked for a sign of life
 * @param silenceMax silence after which a link is given up and made anew; lower recovers sooner from a silent cut, too low cuts
 *     links that only stall
 */
public record LinkConfig(
        String clusterId,
        NodeId self,
        int storageIncarnation,
        Duration heartbeatHold,
        Duration connectTimeout,
        Duration pingInterval,
        Duration silenceMax) {

    public LinkConfig {
        Checks.check(!clusterId.isEmpty(), "clusterId", clusterId, "not empty");
        Checks.check(storageIncarnation >= 1, "storageIncarnation", storageIncarnation, "at least 1");
        Checks.check(!heartbeatHold.isNegative(), "heartbeatHold", heartbeatHold, "not negative");
        Checks.check(connectTimeout.toMillis() > 0, "connectTimeout", connectTimeout, "positive");
        Checks.check(pingInterval.toMillis() > 0, "pingInterval", pingInterval, "positive");
        Checks.check(silenceMax.compareTo(pingInterval) > 0, "silenceMax", silenceMax, "more than pingInterval");
    }

    /** Timing that fits round trips of up to about 300 ms. */
    public static LinkConfig of(String clusterId, NodeId self, int storageIncarnation) {
        return new LinkConfig(
                clusterId,
                self,
                storageIncarnation,
                Duration.ofMillis(10),
                Duration.ofSeconds(2),
                Duration.ofMillis(500),
                Duration.ofSeconds(2));
    }
}
