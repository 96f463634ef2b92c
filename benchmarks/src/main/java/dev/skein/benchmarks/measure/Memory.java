package dev.skein.benchmarks.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What the servers hold in memory, each on average.
 *
 * @param residentBytes as Linux counts, heap that is free included
 * @param heapBytes that are in use after a collection, which stops a server for a moment; empty where a server is no Java process, or there is no
 *     {@code jcmd}
 */
public record Memory(double residentBytes, OptionalDouble heapBytes) {

    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

    /** Collects garbage in Java processes, then looks at all of them. */
    public static Memory of(List<Long> pids) throws IOException {
        double heap = 0;
        for (long pid : pids) {
            heap += liveHeap(pid) / pids.size();
        }
        double resident = pids.stream()
                .mapToLong(pid -> new ProcessGauge(pid).residentBytes())
                .average()
                .orElse(0);
        return new Memory(resident, Double.isNaN(heap) ? OptionalDouble.empty() : OptionalDouble.of(heap));
    }

    /** Not a number when it can't be told. */
    private static double liveHeap(long pid) throws IOException {
        if (!Files.isExecutable(JCMD)) {
            return Double.NaN;
        }
        Process jcmd = new ProcessBuilder(JCMD.toString(), Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        return total(new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** The last line of a class histogram: {@code Total}, instances, bytes. */
    static double total(String histogram) {
        return histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .mapToDouble(line -> Double.parseDouble(line.trim().split("\\s+")[2]))
                .findFirst()
                .orElse(Double.NaN);
    }
}
