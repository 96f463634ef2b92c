package dev.skein.systemtests.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Java process to start: this process's runtime and class path, its own flags and main class. */
record JavaCommand(List<String> jvmFlags, String mainClass, List<String> arguments) {

    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Path NAMESPACES = Path.of("/run/netns");

    /**
     * Sends everything through an HTTP CONNECT proxy on the loopback address; gRPC honours these for names and literal addresses
     * alike. The empty list of exceptions matters: by default loopback goes around the proxy.
     */
    static List<String> proxyFlags(int port) {
        return List.of("-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=" + port, "-Dhttp.nonProxyHosts=");
    }

    /** Starts it in a session of its own, so that an interrupt at the launcher's terminal does not reach it. */
    OwnedProcess startDetached(Path log, Lodging lodging) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        if (lodging.hasOwnNetwork()) {
            // Each of these replaces itself, so that the process that starts is the node.
            command.addAll(List.of("nsenter", "--net=" + NAMESPACES.resolve(lodging.networkNamespace()), "--"));
        }
        command.addAll(line());
        File file = log.toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file));
        builder.environment().putAll(environment());
        builder.environment().putAll(lodging.environment());
        return OwnedProcess.of(builder.start().pid());
    }

    /** Runs it with this process's terminal and answers its exit code. */
    int runHere() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(line()).inheritIO();
        builder.environment().putAll(environment());
        Process process = builder.start();
        Thread stop = new Thread(process::destroy, "stop-child");
        Runtime.getRuntime().addShutdownHook(stop);
        return process.waitFor();
    }

    private List<String> line() {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(jvmFlags);
        line.add("-cp");
        line.add(System.getProperty("java.class.path"));
        line.add(mainClass);
        line.addAll(arguments);
        return line;
    }

    private static Map<String, String> environment() {
        // JRaft's dump handler takes SIGUSR2, which the JVM wants for suspending threads: the JVM gets another one.
        return Map.of("_JAVA_SR_SIGNUM", "40", "MALLOC_ARENA_MAX", "2");
    }
}
