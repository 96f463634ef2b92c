package dev.skein.systemtests.wan;

/**
 * A path as it is now.
 *
 * @param connections with this path in one of their directions
 * @param bytes that entered since the start
 * @param stalls retransmission stalls since the start
 * @param queuedBytes on their way or held by a cut
 * @param queuedParcels chunks, connects and closes on their way or held
 */
public record PathReport(
        String from,
        String to,
        PathSettings settings,
        boolean cut,
        int connections,
        long bytes,
        long stalls,
        long queuedBytes,
        long queuedParcels) {}
