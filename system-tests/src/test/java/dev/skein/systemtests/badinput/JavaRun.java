package dev.skein.systemtests.badinput;

import static dev.skein.systemtests.cluster.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program run as a user runs it: its own process, what it prints, and what it ends with. */
final class JavaRun implements AutoCloseable {

    private static final String SERVER = "dev.skein.server.SkeinServerMain";
    private static final String CLI = "dev.skein.cli.SkeinCli";
    private static final List<String> FLAGS = List.of(
            "-Xms32m",
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dio.netty.allocator.numDirectArenas=2",
            "-Dio.netty.allocator.numHeapArenas=1");
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final Path printed;

    private JavaRun(Process process, Path printed) {
        this.process = process;
        this.printed = printed;
    }

    /** Starts a node. */
    static JavaRun server(Path config) throws IOException {
        return start(SERVER, config.resolveSibling(config.getFileName() + ".log"), "--config", config.toString());
    }

    /** Starts the command line. */
    static JavaRun cli(Path printed, String... arguments) throws IOException {
        return start(CLI, printed, arguments);
    }

    private static JavaRun start(String main, Path printed, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
        // JRaft takes the signal that the JVM suspends threads with.
        builder.environment().put("_JAVA_SR_SIGNUM", "40");
        return new JavaRun(builder.start(), printed);
    }

    /** Waits until it has ended. */
    int exitCode() throws InterruptedException, IOException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "still running; it printed:\n" + printed());
        return process.exitValue();
    }

    /** Waits until a node says that it serves. */
    JavaRun awaitReady() {
        eventually(() -> assertTrue(
                process.isAlive() && printed().lines().anyMatch(line -> line.startsWith("ready ")), printed()));
        return this;
    }

    /** Asks it to stop, and waits until it has. */
    void stop() throws InterruptedException, IOException {
        process.destroy();
        exitCode();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Everything it has printed so far. */
    String printed() throws IOException {
        return Files.readString(printed);
    }

    /** The last line it printed. */
    String lastLine() throws IOException {
        return printed().lines().reduce("", (before, line) -> line);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
