package dev.skein.benchmarks.workload;

import java.time.Duration;

/**
 * How long and how much.
 *
 * @param measure length of one measured run
 * @param warmup load before the first run, not measured
 * @param ratePerSecond of workloads with a fixed rate
 * @param inFlightMax messages unacknowledged at most; 0: by payload size
 * @param clients publishing clients of the saturating workloads
 * @param connections of the subscribers of fan-out
 * @param catchupMessages to be read from the start
 * @param failures in one run of failover
 */
public record Settings(
        Duration measure,
        Duration warmup,
        int ratePerSecond,
        int inFlightMax,
        int clients,
        int connections,
        int catchupMessages,
        int failures) {

    private static final int IN_FLIGHT_BYTES = 32 << 20;
    private static final int IN_FLIGHT_MESSAGES = 100_000;

    /** Enough to keep every system busy, little enough to stay within each client's buffers. */
    int inFlightMax(int payloadBytes) {
        return inFlightMax > 0
                ? inFlightMax
                : Math.min(IN_FLIGHT_MESSAGES, IN_FLIGHT_BYTES / Math.max(1, payloadBytes));
    }
}
