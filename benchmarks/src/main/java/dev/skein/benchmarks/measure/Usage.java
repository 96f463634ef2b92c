package dev.skein.benchmarks.measure;

/**
 * What a stretch of time took.
 *
 * @param seconds how long it was
 * @param serverCpuSeconds of all servers together
 * @param clientCpuSeconds of this process
 * @param writtenBytes of all servers together
 * @param residentBytes of the largest server, at the end
 * @param servers how many there were
 */
public record Usage(
        double seconds,
        double serverCpuSeconds,
        double clientCpuSeconds,
        long writtenBytes,
        long residentBytes,
        int servers) {}
