package dev.skein.benchmarks.measure;

import java.util.List;

/** Measures what servers and this process use from its making on. Used by one thread. */
public final class UsageMeter {

    private final List<ProcessGauge> servers;
    private final ProcessGauge client = new ProcessGauge(ProcessHandle.current().pid());
    private final long startNanos = System.nanoTime();
    private final double serverCpu;
    private final double clientCpu;
    private final long written;

    private UsageMeter(List<ProcessGauge> servers) {
        this.servers = servers;
        this.serverCpu = serverCpu();
        this.clientCpu = client.cpuSeconds();
        this.written = written();
    }

    /** Starts measuring. */
    public static UsageMeter start(List<Long> serverPids) {
        return new UsageMeter(serverPids.stream().map(ProcessGauge::new).toList());
    }

    /** What was used until now. */
    public Usage read() {
        return new Usage(
                (System.nanoTime() - startNanos) / 1e9,
                serverCpu() - serverCpu,
                client.cpuSeconds() - clientCpu,
                written() - written,
                servers.stream().mapToLong(ProcessGauge::residentBytes).max().orElse(0),
                servers.size());
    }

    private double serverCpu() {
        return servers.stream().mapToDouble(ProcessGauge::cpuSeconds).sum();
    }

    private long written() {
        return servers.stream().mapToLong(ProcessGauge::writtenBytes).sum();
    }
}
