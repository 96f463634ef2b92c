package dev.skein.benchmarks.workload;

import dev.skein.benchmarks.measure.Latencies;
import dev.skein.benchmarks.measure.Usage;
import dev.skein.benchmarks.measure.UsageMeter;
import dev.skein.benchmarks.report.Figure;
import dev.skein.benchmarks.report.Figures;
import dev.skein.benchmarks.system.RunningTarget;
import dev.skein.benchmarks.system.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What every workload needs around its load: time that passes, meters, names, figures made of them. */
final class Measuring {

    private static final double MIB = 1 << 20;
    private static final double MILLION = 1e6;

    private Measuring() {}

    static UsageMeter meter(RunningTarget target) {
        return UsageMeter.start(
                target.servers().stream().map(ServerProcess::pid).toList());
    }

    /** Lets the load run. */
    static void letPass(Duration time) throws IOException {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while measuring", e);
        }
    }

    /** Closes what may throw anything. */
    static void end(AutoCloseable what) throws IOException {
        try {
            what.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("can't close", e);
        }
    }

    static List<String> channels(int count) {
        return IntStream.range(0, count).mapToObj(i -> "c" + i).toList();
    }

    /** What the messages of a stretch of time have cost. */
    static Figures cost(Figures figures, Usage usage, long messages, long payloadBytes) {
        double millions = messages / MILLION;
        return figures.with(Figure.SERVER_CPU, usage.serverCpuSeconds() / millions)
                .with(Figure.CLIENT_CPU, usage.clientCpuSeconds() / millions)
                .with(Figure.RSS_MIB, usage.residentBytes() / MIB)
                .with(Figure.BYTES_WRITTEN, (double) usage.writtenBytes() / usage.servers() / payloadBytes);
    }

    static Figures publishLatency(Figures figures, Latencies latencies) {
        return latencies.isEmpty()
                ? figures
                : figures.with(Figure.P50_MS, latencies.p50Ms())
                        .with(Figure.P99_MS, latencies.p99Ms())
                        .with(Figure.P999_MS, latencies.p999Ms());
    }

    static Figures deliveryLatency(Figures figures, Latencies latencies) {
        return latencies.isEmpty()
                ? figures
                : figures.with(Figure.DELIVERY_P50_MS, latencies.p50Ms())
                        .with(Figure.DELIVERY_P99_MS, latencies.p99Ms())
                        .with(Figure.DELIVERY_P999_MS, latencies.p999Ms());
    }
}
