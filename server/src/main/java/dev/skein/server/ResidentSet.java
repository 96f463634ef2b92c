package dev.skein.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The process's resident memory, as Linux tells it. */
final class ResidentSet {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentSet() {}

    /** Bytes; 0 where it isn't told. */
    static long bytes() {
        try {
            return parse(Files.readAllLines(STATUS));
        } catch (IOException notLinux) {
            return 0;
        }
    }

    static long parse(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .filter(digits -> !digits.isEmpty())
                .mapToLong(digits -> Long.parseLong(digits) * 1024)
                .findFirst()
                .orElse(0);
    }
}
