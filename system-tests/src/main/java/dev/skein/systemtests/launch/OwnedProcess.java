package dev.skein.systemtests.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A process that a launcher started, recognised by its id and its start time: ids are used again, and nobody else's process may
 * ever be signalled.
 *
 * @param pid 0: there is none
 * @param startTime in the unit of the platform's process table; only equality means anything
 */
public record OwnedProcess(long pid, long startTime) {

    /** No process. */
    public static final OwnedProcess NONE = new OwnedProcess(0, 0);

    private static final int STAT_START_TIME = 19;

    static OwnedProcess of(long pid) {
        return new OwnedProcess(pid, startTimeOf(pid).orElse(-1));
    }

    /** Whether that very process still exists. */
    public boolean isAlive() {
        OptionalLong now = pid == 0 ? OptionalLong.empty() : startTimeOf(pid);
        return now.isPresent() && now.getAsLong() == startTime;
    }

    /** Waits until the process is gone; answers whether it is. */
    boolean awaitExit(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (isAlive()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    /** Sends a signal to all of them that are alive, in one go. */
    static void signal(String name, List<OwnedProcess> processes) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.stream().filter(OwnedProcess::isAlive).forEach(process -> command.add(Long.toString(process.pid())));
        if (command.size() == 2) {
            return;
        }
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while signalling", e);
        }
    }

    /** Resident memory in bytes; 0 where the platform does not say. */
    public long residentBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
        return 0;
    }

    private static OptionalLong startTimeOf(long pid) {
        Path stat = Path.of("/proc/" + pid + "/stat");
        if (Files.exists(Path.of("/proc/self/stat"))) {
            return fromStat(stat);
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(Instant::toEpochMilli)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    private static OptionalLong fromStat(Path stat) {
        try {
            String text = Files.readString(stat);
            // The second field is the command in brackets and may hold anything.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            boolean gone = fields[0].equals("Z") || fields[0].equals("X");
            return gone ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[STAT_START_TIME]));
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }
}
