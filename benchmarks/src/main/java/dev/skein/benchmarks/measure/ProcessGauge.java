package dev.skein.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What one process has used since it started, as Linux tells in {@code /proc}. Elsewhere, and for a process that is gone, everything is 0.
 */
public final class ProcessGauge {

    /** Linux tells processor time to user space in hundredths of a second, whatever the kernel counts in. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private final Path folder;

    public ProcessGauge(long pid) {
        this(Path.of("/proc", Long.toString(pid)));
    }

    ProcessGauge(Path folder) {
        this.folder = folder;
    }

    /** Seconds of processor time, of all its threads. */
    public double cpuSeconds() {
        String stat = read("stat");
        int command = stat.lastIndexOf(')');
        if (command < 0) {
            return 0;
        }
        // The second field is the command in brackets and may hold anything.
        String[] fields = stat.substring(command + 2).split(" ");
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
    }

    /** Resident memory. */
    public long residentBytes() {
        return number(read("status"), "VmRSS:") * 1024;
    }

    /** Bytes sent towards the disk: whole pages, each time one becomes dirty. */
    public long writtenBytes() {
        return number(read("io"), "write_bytes:");
    }

    private static long number(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException gone) {
            return "";
        }
    }
}
