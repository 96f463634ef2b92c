package dev.skein.systemtests.rig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of the system. */
final class Tool {

    private static final int TIMEOUT_SECONDS = 60;
    private static final int OUTPUT_MAX = 64 * 1024;
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private Tool() {}

    /** Runs it to its end; answers what it printed. */
    static String run(String... command) throws IOException {
        return run(List.of(command));
    }

    /**
     * The same.
     *
     * @throws IOException with its last words when it fails, or does not end in time
     */
    static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        try {
            // What these print fits into the pipe.
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.get(0) + " did not end within " + TIMEOUT_SECONDS + " s");
            }
            String said = new String(process.getInputStream().readNBytes(OUTPUT_MAX), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(command.get(0) + " ended with " + process.exitValue() + ": " + oneLine(said));
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.get(0) + " runs", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** Why root and these programs can't be had; empty: they can. */
    static Optional<String> missing(String... programs) {
        if (!isRoot()) {
            return Optional.of("not root");
        }
        return Arrays.stream(programs)
                .filter(program -> !isInstalled(program))
                .findFirst()
                .map(program -> "no " + program);
    }

    private static boolean isInstalled(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Arrays.stream(path.split(":")), SYSTEM_FOLDERS.stream())
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return false;
        }
    }
}
