package dev.skein.benchmarks.system;

import dev.skein.systemtests.launch.ClusterException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A server process started here. Whatever happens, it ends with this process. Used by one thread. */
public final class ServerProcess {

    private static final long STOP_SECONDS = 15;
    private static final Duration START = Duration.ofSeconds(30);
    private static final int EVIDENCE_LINES = 15;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "kill-servers"));
    }

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private Process process;

    private ServerProcess(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        this.name = name;
        this.command = command;
        this.environment = environment;
        this.log = log;
        this.process = launch();
    }

    /** Starts a command. */
    static ServerProcess start(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        return new ServerProcess(name, List.copyOf(command), Map.copyOf(environment), log);
    }

    /** A Java command line with this process's runtime. */
    static List<String> java(List<String> jvmFlags, String classPath, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(arguments);
        return command;
    }

    /** Runs a command to its end and answers its exit code. */
    static int run(List<String> command, Path log) throws IOException {
        try {
            return builder(command, log).start().waitFor();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ProcessBuilder builder(List<String> command, Path log) {
        return new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = builder(command, log);
        builder.environment().putAll(environment);
        Process started = builder.start();
        RUNNING.add(started);
        return started;
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it with SIGKILL and waits until it is gone. */
    public void kill() throws IOException {
        process.destroyForcibly();
        awaitExit();
    }

    /** Stops it with SIGSTOP; its sockets stay open and silent. */
    public void pause() throws IOException {
        signal("STOP");
    }

    /** Lets a stopped process go on. */
    public void resume() throws IOException {
        signal("CONT");
    }

    /** Starts a dead process again. */
    public void restart() throws IOException {
        if (!process.isAlive()) {
            process = launch();
        }
    }

    /** Ends it, politely first. */
    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        RUNNING.remove(process);
    }

    /** Ends all of them at once. */
    static void stopAll(List<ServerProcess> servers) {
        servers.forEach(server -> server.process.destroy());
        servers.forEach(ServerProcess::stop);
    }

    /** @throws ClusterException with the end of its log when it has ended */
    void checkAlive() throws IOException {
        if (!process.isAlive()) {
            throw new ClusterException(
                    name + " ended while starting; the end of " + log + ":\n  " + String.join("\n  ", lastLines()));
        }
    }

    /** Waits until it has written this. */
    void awaitLogged(String text) throws IOException {
        Waiting.until(name, START, () -> {
            checkAlive();
            return hasLogged(text);
        });
    }

    boolean hasLogged(String text) throws IOException {
        return Files.exists(log) && logText().contains(text);
    }

    private List<String> lastLines() throws IOException {
        List<String> lines = logText().lines().toList();
        return lines.subList(Math.max(0, lines.size() - EVIDENCE_LINES), lines.size());
    }

    private String logText() throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }

    private void awaitExit() throws IOException {
        try {
            process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            RUNNING.remove(process);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void signal(String signal) throws IOException {
        if (!process.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while waiting for a process", e);
    }
}
