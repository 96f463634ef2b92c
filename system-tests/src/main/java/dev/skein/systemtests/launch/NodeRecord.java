package dev.skein.systemtests.launch;

import org.jspecify.annotations.Nullable;

/**
 * A node as the launcher knows it.
 *
 * @param peer address for nodes
 * @param client address for clients
 * @param metrics address of /metrics and /health
 * @param edge address for browsers and phones; null in the file of a cluster that is older than the edge
 * @param proxyPort where its process finds its way out through the WAN emulator
 * @param paused stopped by SIGSTOP
 * @param draining told to take no sessions
 */
public record NodeRecord(
        String id,
        String region,
        String zone,
        String peer,
        String client,
        String metrics,
        @Nullable String edge,
        int proxyPort,
        OwnedProcess process,
        boolean paused,
        boolean draining) {

    NodeRecord withProcess(OwnedProcess process) {
        return new NodeRecord(id, region, zone, peer, client, metrics, edge, proxyPort, process, false, false);
    }

    NodeRecord withPaused(boolean paused) {
        return new NodeRecord(id, region, zone, peer, client, metrics, edge, proxyPort, process, paused, draining);
    }

    NodeRecord withDraining(boolean draining) {
        return new NodeRecord(id, region, zone, peer, client, metrics, edge, proxyPort, process, paused, draining);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Alive and able to answer. */
    public boolean isServing() {
        return process.isAlive() && !paused;
    }

    /** {@code region/zone}. */
    public String zonePath() {
        return region + "/" + zone;
    }

    /** One word for people. */
    public String state() {
        if (!process.isAlive()) {
            return "down";
        }
        return paused ? "paused" : draining ? "draining" : "up";
    }
}
